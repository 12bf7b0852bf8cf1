import { lstat, mkdir } from 'node:fs/promises';
import { removeTree } from '../engine/local/jobs/remove-tree.ts';
import { shortTmps } from '../engine/short-tmp.ts';
import { COOKIE_ENV } from '../domain/process-cookie.ts';

/** A folder for temporary files that is there until it is closed. */
export interface Temporary {
  path: string;
  close(): Promise<void>;
}

/**
 * Makes the folder for temporary files of a stage's untrusted programs, mode 0700: a short path where the system takes one, else
 * `otherwise`, which is part of the job's own folders. The engine removes what a killed stage leaves.
 */
export async function openTemporary(env: NodeJS.ProcessEnv, otherwise: string): Promise<Temporary> {
  const cookie = env[COOKIE_ENV];
  for (const path of cookie ? shortTmps(cookie) : []) {
    // An earlier attempt at this stage may have left it; what belongs to another user is not touched.
    if ((await lstat(path).catch(() => undefined))?.uid === process.getuid?.()) await removeTree(path);
    const made = await mkdir(path, { mode: 0o700 }).then(
      () => true,
      () => false,
    );
    if (made) return { path, close: () => removeTree(path) };
  }
  await mkdir(otherwise, { recursive: true, mode: 0o700 });
  return { path: otherwise, close: () => removeTree(otherwise) };
}
