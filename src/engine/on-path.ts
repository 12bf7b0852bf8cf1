import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** True when a shell in `dir` finds a program: by its path, or in one of the folders of `path`, which has PATH's syntax. */
export const isOnPath = (program: string, { dir, path }: { dir: string; path: string }): boolean =>
  program.includes('/')
    ? isRunnable(resolve(dir, program))
    : path.split(delimiter).some((folder) => folder !== '' && isRunnable(join(folder, program)));

/** True when a path is a file that this user may run. */
function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
