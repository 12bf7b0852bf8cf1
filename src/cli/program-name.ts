import { existsSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join, relative } from 'node:path';
import { shellWord } from '../domain/shell-word.ts';

/**
 * The program as a person types it, for help and for the next commands: kubectl runs a plugin as `kubectl-bgtask`; a launcher that is not on the PATH is named by its path.
 * @param script the path that was run, as Node has it in argv[1].
 */
export function programName(env: NodeJS.ProcessEnv, script: string | undefined, cwd: string): string {
  const called = basename(env['BGTASK_PROGRAM'] ?? '');
  if (called.startsWith('kubectl')) return 'kubectl bgtask';
  if (script === undefined || basename(script) !== 'bgtask') return 'bgtask';
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  if (folders.some((folder) => existsSync(join(folder, 'bgtask')))) return 'bgtask';
  const near = relative(cwd, script);
  return shellWord(
    near.startsWith('..') || isAbsolute(near) ? script : near.includes('/') ? near : `./${near}`,
  );
}
