import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { BgtaskError, messageOf } from '../../../domain/errors.ts';
import { codeOf } from '../../atomic-file.ts';

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

/** True when anything has the name: a file, and also a pipe or a link to nothing. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Opens a file without waiting for a pipe, and follows no link: what a task runs may have put either in a file's place. */
export const SAFE_OPEN = constants.O_NONBLOCK | constants.O_NOFOLLOW;
/** Bytes of a file that is read at once: a report has some thousand. */
const TEXT_MAX = 4_194_304;

/** Returns the text of a small file, or undefined if it does not exist, is not a regular file, or is larger than 4 MiB. */
export function readText(path: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | SAFE_OPEN);
    const stat = fstatSync(fd);
    return stat.isFile() && stat.size <= TEXT_MAX ? readFileSync(fd, 'utf8') : undefined;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ELOOP') return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
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
