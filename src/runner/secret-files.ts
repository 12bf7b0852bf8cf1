import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgeAppOf, forgeHostsOf } from '../domain/credentials.ts';
import type { Stage } from '../domain/report.ts';
import { forgeTokenOf, type Place } from './forges/tokens.ts';
import { readInput, stagePaths, type StageSecrets } from './stage-context.ts';

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
 * What a stage may hold in a pod: `forge/<VARIABLE>` and `model/<VARIABLE>` below a folder, each there only where the Job mounts it. The token is that
 * of the repository's forge.
 */
export function readSecretFiles(folder: string, place: Place = { repository: '', env: {} }): StageSecrets {
  const forge = filesOf(join(folder, 'forge'));
  const modelKeys = filesOf(join(folder, 'model'));
  const forgeToken = forgeTokenOf(forge, place);
  const forgeApp = forgeAppOf(forge);
  const forgeHosts = forgeHostsOf(forge);
  return {
    ...(forgeToken && { forgeToken }),
    ...(forgeHosts.length > 0 && { forgeHosts }),
    ...(forgeApp && { forgeApp }),
    ...(Object.keys(modelKeys).length > 0 && { modelKeys }),
  };
}

/** What a stage in a pod may hold: the Secrets of BGTASK_SECRETS_DIR, for the task's repository; nothing without that folder. */
export async function readPodSecrets(stage: Stage, env: NodeJS.ProcessEnv): Promise<StageSecrets> {
  const folder = env['BGTASK_SECRETS_DIR'];
  if (!folder) return {};
  // An input that cannot be read is told by the stage.
  const input = await readInput(stagePaths(stage, env).input).catch(() => undefined);
  return readSecretFiles(folder, { repository: input?.spec.repos?.[0]?.input?.url ?? '', env });
}
