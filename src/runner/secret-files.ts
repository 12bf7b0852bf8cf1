import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgeAppOf, forgeHostsOf, forgeTokenOf } from '../domain/credentials.ts';
import type { StageSecrets } from './stage-context.ts';

/** Files of a mounted Secret by name, without the final newline that people put there; empty when it is not mounted. */
function filesOf(folder: string): Record<string, string> {
  try {
    // The kubelet's own entries begin with two dots.
    const names = readdirSync(folder).filter((name) => !name.startsWith('..'));
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(folder, name), 'utf8').replace(/\r?\n$/, '')]),
    );
  } catch {
    return {};
  }
}

/**
 * What a stage may hold in a pod: `forge/<VARIABLE>` and `model/<VARIABLE>` below a folder, each there only where the Job mounts it.
 */
export function readSecretFiles(folder: string): StageSecrets {
  const forge = filesOf(join(folder, 'forge'));
  const modelKeys = filesOf(join(folder, 'model'));
  const forgeToken = forgeTokenOf(forge);
  const forgeApp = forgeAppOf(forge);
  const forgeHosts = forgeHostsOf(forge);
  return {
    ...(forgeToken && { forgeToken }),
    ...(forgeHosts.length > 0 && { forgeHosts }),
    ...(forgeApp && { forgeApp }),
    ...(Object.keys(modelKeys).length > 0 && { modelKeys }),
  };
}
