import { posix } from 'node:path';

/** The command as run from the root. */
export const inDir = (dir: string, run: string): string => (dir === '' ? run : `cd ${dir} && ${run}`);

/** Joins folders below the root. Returns undefined if the result is outside the root or has unusual characters. */
export function joinDir(base: string, dir: string): string | undefined {
  const joined = posix.normalize(posix.join(base, dir)).replace(/\/$/, '');
  if (joined === '.') return '';
  return /^[\w@+.-][\w@+./-]*$/.test(joined) && !/^\.\.(\/|$)/.test(joined) ? joined : undefined;
}

/** The way from a folder back to the root, `.` in the root itself. */
export const wayToRoot = (dir: string): string => (dir === '' ? '.' : dir.split('/').fill('..').join('/'));
