import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BgtaskError, messageOf } from '../../../domain/errors.ts';

/** The code of a system error, e.g. ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/** Runs an action on the state folder; what the disk refuses (full, read-only, not ours) becomes Unavailable. */
export function onDisk<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw unavailable(what, error);
  }
}

/** The error of an action that the disk refused; a BgtaskError stays what it is. */
export function unavailable(what: string, error: unknown): BgtaskError {
  if (error instanceof BgtaskError) return error;
  const hint = 'See whether the disk is full and the state folder is yours; it is tried again.';
  return new BgtaskError('Unavailable', `${what}: ${messageOf(error)}`, { hint, cause: error });
}

/** A small file's text; undefined when it is not there. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The object in a JSON file; undefined when there is no such file or it holds something else. */
export function readObject(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readText(path) ?? 'null');
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Puts a whole file in its place with `place`, so that nobody sees half of it, and outlasts a power cut. */
function put(path: string, text: string, place: (from: string, to: string) => void): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const fd = openSync(draft, 'wx', 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    place(draft, path);
    sync(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Writes a small file at once: readers see the old text or the new. */
export const writeAtomic = (path: string, text: string): void => put(path, text, renameSync);

/**
 * Writes a small file unless there is one; false when there is. A link and no `wx` flag: a process killed between creating and writing
 * would leave an empty file that claims something for nobody.
 */
export function createExclusive(path: string, text: string): boolean {
  try {
    put(path, text, linkSync);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
