import { parseAllDocuments } from 'yaml';
import { API_VERSION } from '../api/names.ts';
import type { Kind, KindMap } from '../api/types.ts';
import { unknownFields, validate } from '../api/validate.ts';
import { BgtaskError, messageOf } from '../domain/errors.ts';
import { yamlHazard } from '../domain/yaml-hazard.ts';
import { isRecord } from '../api/record.ts';

/** Aliases that a YAML document may unfold: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;
/** Objects that one file may hold. */
const MAX_OBJECTS = 1000;

/** Where objects come from, and where they are to go. */
export interface Source {
  /** For sentences. */
  file: string;
  project: string;
  /** True when the caller named the project: an object of another one is refused. Else its own namespace counts. */
  fixed?: boolean;
}

/** Characters of a file of objects: thousands of them. */
const OBJECTS_MAX = 3_145_728;

const invalid = (message: string, cause?: unknown): BgtaskError =>
  new BgtaskError('Invalid', message, { cause });

function documents(text: string, file: string): unknown[] {
  const why = yamlHazard(text, OBJECTS_MAX);
  if (why) throw invalid(`${file} is refused: ${why}.`);
  try {
    const parsed = parseAllDocuments(text, { uniqueKeys: true, logLevel: 'error' });
    if (!Array.isArray(parsed)) return [];
    return parsed.map((document) => {
      const problem = document.errors[0];
      if (problem) throw invalid(`${file} is not valid YAML: ${messageOf(problem).split('\n')[0]}`);
      return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    });
  } catch (error) {
    if (error instanceof BgtaskError) throw error;
    throw invalid(`${file} is refused: its aliases unfold to too much.`, error);
  }
}

/** The objects that a document holds: itself, or a List's items. */
const itemsOf = (document: unknown): unknown[] =>
  isRecord(document) && document['kind'] === 'List' && Array.isArray(document['items'])
    ? (document['items'] as unknown[])
    : [document];

/**
 * The objects of a kind in YAML or JSON text, a List's items included, each in its project and by the schema's rules. Throws Invalid, naming
 * the file, the object and the field.
 */
export async function readObjects<K extends Kind>(
  kind: K,
  text: string,
  source: Source,
): Promise<KindMap[K][]> {
  const { file } = source;
  const found = documents(text, file)
    .filter((document) => document !== null)
    .flatMap(itemsOf);
  if (found.length === 0) throw invalid(`${file} holds no object.`);
  if (found.length > MAX_OBJECTS)
    throw invalid(`${file} holds ${found.length} objects; at most ${MAX_OBJECTS} are allowed.`);
  const objects: KindMap[K][] = [];
  for (const [at, object] of found.entries())
    objects.push(
      await readObject(kind, object, source, found.length === 1 ? file : `${file}, object ${at + 1}`),
    );
  return objects;
}

async function readObject<K extends Kind>(
  kind: K,
  object: unknown,
  source: Source,
  where: string,
): Promise<KindMap[K]> {
  if (!isRecord(object)) throw invalid(`${where} is not an object.`);
  const { apiVersion, kind: actual, metadata } = object;
  if (apiVersion !== API_VERSION || actual !== kind)
    throw invalid(`${where} is ${word(apiVersion)} ${word(actual)}; expected is ${API_VERSION} ${kind}.`);
  if (!isRecord(metadata) || typeof metadata['name'] !== 'string')
    throw invalid(`${where}: metadata.name is missing, or no text.`);
  const unknown = unknownFields(kind, object, { strict: true });
  if (unknown.length > 0) throw invalid(`${where}: ${unknown.slice(0, 10).join(', ')}`);
  const namespace = projectOf(metadata['namespace'], source, where);
  const placed = { ...object, metadata: { ...metadata, namespace } } as unknown as KindMap[K];
  await checkObject(kind, placed, where);
  return placed;
}

const word = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 80) : '(none)');

function projectOf(namespace: unknown, { project, fixed }: Source, where: string): string {
  if (typeof namespace !== 'string' || namespace === project) return project;
  if (!fixed) return namespace;
  throw invalid(`${where}: metadata.namespace is "${namespace}", and the project asked for is "${project}".`);
}

/** Refuses an object that the schema or a rule refuses. */
export async function checkObject<K extends Kind>(kind: K, object: KindMap[K], where: string): Promise<void> {
  const { errors } = await validate(kind, object);
  if (errors.length > 0)
    throw invalid(`${where}: ${errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
}
