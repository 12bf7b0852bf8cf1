import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUP, VERSION } from '../api/names.ts';
import { hasCode } from '../domain/errors.ts';
import type { ClusterView } from '../engine/cluster-view.ts';
import { localPaths, privateFolder } from '../engine/local/paths.ts';

/**
 * Whether a cluster has our kinds. Asked once for each cluster that has them: a file in the state folder remembers that. False only when the API server says
 * that it does not know them; what cannot be asked may have them.
 */
export async function hasKinds(cluster: ClusterView, env: NodeJS.ProcessEnv): Promise<boolean> {
  const folder = join(localPaths(env).state, 'clusters');
  const known = join(folder, createHash('sha256').update(cluster.place.server).digest('hex').slice(0, 16));
  if (existsSync(known)) return true;
  try {
    await cluster.discover(`/apis/${GROUP}/${VERSION}`);
  } catch (error) {
    return !hasCode(error, 'NotFound');
  }
  writeFileSync(join(privateFolder(folder), known.slice(folder.length + 1)), '');
  return true;
}
