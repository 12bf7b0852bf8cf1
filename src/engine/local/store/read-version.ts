import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { API_VERSION } from '../../../api/names.ts';
import type { Kind, KindMap } from '../../../api/types.ts';
import { messageOf } from '../../../domain/errors.ts';
import { errnoOf } from './store-errors.ts';
import { isRecord } from '../../../api/record.ts';

/** The largest object in bytes, as etcd's default limit for a request. */
export const OBJECT_MAX_BYTES = 1_572_864;

/** What a file should hold. */
export interface Expected<K extends Kind> {
  kind: K;
  namespace: string;
  name: string;
  version: number;
}

/** An object, or why the file does not give one: it vanished, its content is not an object of bgtask, or the system refused to read it. */
export type ReadResult<T> = { object: T } | { vanished: true } | { garbage: string } | { failed: unknown };

/**
 * Reads one version. The file says nothing of its resourceVersion (an object with one cannot be created elsewhere):
 * the object has that of the file's name. It is frozen, since a cache may hand it out again.
 */
export function readVersion<K extends Kind>(path: string, expected: Expected<K>): ReadResult<KindMap[K]> {
  let text: string | undefined;
  try {
    text = readText(path);
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? { vanished: true } : { failed: error };
  }
  if (text === undefined) return { garbage: 'no regular file, or too large' };
  if (text === '') return { garbage: 'empty' };
  try {
    return asObject(JSON.parse(text), expected);
  } catch (error) {
    return { garbage: `no JSON (${messageOf(error)})` };
  }
}

/** O_NONBLOCK, so that a named pipe does not hold the program up. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

function readText(path: string): string | undefined {
  const file = openSync(path, READ_FLAGS);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > OBJECT_MAX_BYTES) return undefined;
    const bytes = Buffer.allocUnsafe(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

function asObject<K extends Kind>(value: unknown, expected: Expected<K>): ReadResult<KindMap[K]> {
  if (!isStored(value, expected)) {
    const { kind, namespace, name } = expected;
    return { garbage: `it does not hold the ${kind} ${namespace}/${name}` };
  }
  value.metadata.resourceVersion = String(expected.version);
  return { object: deepFreeze(value) };
}

/** The schema was checked when the object was written: here only that the file holds what its name says. */
function isStored<K extends Kind>(
  value: unknown,
  { kind, namespace, name }: Expected<K>,
): value is KindMap[K] {
  const object = fields(value);
  const meta = fields(object?.['metadata']);
  return (
    object?.['apiVersion'] === API_VERSION &&
    object['kind'] === kind &&
    fields(object['spec']) !== undefined &&
    meta?.['namespace'] === namespace &&
    meta['name'] === name &&
    typeof meta['uid'] === 'string'
  );
}

const fields = (value: unknown): Record<string, unknown> | undefined => (isRecord(value) ? value : undefined);

/** Freezes an object of JSON, and all within it. */
export function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  }
  return Object.freeze(value);
}
