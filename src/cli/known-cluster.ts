import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUP, VERSION } from '../api/names.ts';
import { hasCode } from '../domain/errors.ts';
import type { ClusterView } from '../engine/cluster-view.ts';
import { localPaths, privateFolder } from '../engine/local/paths.ts';

/**
 * Returns whether a cluster serves our CRDs. A positive answer is stored in the state folder, so a cluster is asked until it has them. Returns true if the cluster
 * cannot be asked: the next request then reports the error.
 */
export async function hasKinds(cluster: ClusterView, env: NodeJS.ProcessEnv): Promise<boolean> {
  const folder = join(localPaths(env).state, 'clusters');
  const name = createHash('sha256').update(cluster.place.server).digest('hex').slice(0, 16);
  if (existsSync(join(folder, name))) return true;
  try {
    await cluster.discover(`/apis/${GROUP}/${VERSION}`);
  } catch (error) {
    return !hasCode(error, 'NotFound');
  }
  writeFileSync(join(privateFolder(folder), name), '');
  return true;
}
