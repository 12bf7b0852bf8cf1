import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The root of the repository that holds a folder: the nearest one upwards with `.git` (a folder, or the file of a worktree).
 * The folder itself when none holds it. `dir` is absolute; links are not resolved.
 */
export function repositoryRoot(dir: string): string {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return dir;
  }
}
