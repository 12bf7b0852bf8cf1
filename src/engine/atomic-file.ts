import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The code of a system error, e.g. ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const OWN = 0o600;

/** Makes what was created, renamed or removed in a folder durable. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes the text beside the file and gives it the file's name with `place`; durable when it returns. The first name never stays. */
function put(path: string, text: string, mode: number, place: (from: string, to: string) => void): void {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    // `x` refuses whatever has that name already, a link too.
    const fd = openSync(draft, 'wx', mode);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    place(draft, path);
    syncFolder(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Writes a file in one step: readers, and a machine that loses power, see the old text or the new. A symbolic link of that name is replaced, not followed.
 * `mode` is that of the new file, 0600 by default. Throws the system's error, and leaves no other file behind. Blocks: for small files.
 */
export const writeAtomic = (path: string, text: string, mode = OWN): void =>
  put(path, text, mode, renameSync);

/**
 * Writes a small file unless there is one; false when there is. A hard link instead of the `wx` flag: a process that is killed between creating and writing
 * would leave an empty file that claims something.
 */
export function createExclusive(path: string, text: string): boolean {
  try {
    put(path, text, OWN, linkSync);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
