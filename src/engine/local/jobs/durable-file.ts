import { readFileSync } from 'node:fs';
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
