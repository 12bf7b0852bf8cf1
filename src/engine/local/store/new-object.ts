import { randomUUID } from 'node:crypto';
import type { Kind, KindMap } from '../../../api/types.ts';
import { BgtaskError } from '../../../domain/errors.ts';
import { isKey, NAME_MAX } from './layout.ts';
import { OBJECT_MAX_BYTES } from './read-version.ts';
import { invalidObject, tooLarge } from './store-errors.ts';

/**
 * An object as a store takes it in: with the metadata that only a store gives, without status. `now` is in ms since 1970.
 * Throws Invalid for a name that cannot be a file's, and for a resourceVersion, as the API server does.
 */
export function newObject<K extends Kind>(kind: K, object: KindMap[K], now: number): KindMap[K] {
  const { name, namespace, labels, annotations, ownerReferences, resourceVersion } = object.metadata;
  if (resourceVersion)
    throw new BgtaskError('Invalid', 'resourceVersion should not be set on objects to be created');
  if (!isKey({ namespace, name })) throw invalidObject(kind, name, badKey(namespace, name));
  const { status: _, ...rest } = object;
  return plain({
    ...rest,
    metadata: {
      name,
      namespace,
      uid: randomUUID(),
      generation: 1,
      // Seconds, as the API server has it.
      creationTimestamp: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
      labels,
      annotations,
      ownerReferences,
    },
  }) as KindMap[K];
}

const badKey = (namespace: string, name: string): string =>
  isKey({ namespace, name: 'any' })
    ? `metadata.name: Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case ` +
      "alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character, " +
      `and has at most ${NAME_MAX} characters here`
    : `metadata.namespace: Invalid value: ${JSON.stringify(namespace)}: a lowercase RFC 1123 label must consist of lower ` +
      "case alphanumeric characters or '-', and must start and end with an alphanumeric character";

/** The value as JSON keeps it: without undefined, sharing nothing. */
export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** What is written to an object's file. Throws TooLarge. */
export function fileText<K extends Kind>(kind: K, object: KindMap[K]): string {
  const { resourceVersion: _, ...metadata } = object.metadata;
  const text = `${JSON.stringify({ ...object, metadata }, undefined, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > OBJECT_MAX_BYTES) throw tooLarge(kind, object.metadata.name, { bytes, max: OBJECT_MAX_BYTES });
  return text;
}
