import { existsSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join, relative } from 'node:path';
import { shellWord } from '../domain/shell-word.ts';

/**
 * Returns the program's name for help and hints: `kubectl bgtask` for the plugin, `bgtask` if it is on the PATH, otherwise the path of the launcher.
 * @param script the path of the script that runs (process.argv[1]).
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
