import { parseAllDocuments } from 'yaml';
import { API_VERSION } from '../api/names.ts';
import type { Kind, KindMap } from '../api/types.ts';
import { unknownFields, validate } from '../api/validate.ts';
import { BgtaskError } from '../domain/errors.ts';

/** Aliases that a YAML document may unfold: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

const invalid = (message: string): BgtaskError => new BgtaskError('Invalid', message);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function documents(text: string, file: string): unknown[] {
  const parsed = parseAllDocuments(text, { uniqueKeys: true });
  if (!Array.isArray(parsed)) return [];
  return parsed.map((document) => {
    const problem = document.errors[0];
    if (problem) throw invalid(`${file} is no YAML: ${problem.message.split('\n')[0]}`);
    try {
      return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    } catch (cause) {
      throw new BgtaskError('Invalid', `${file} is refused: its aliases unfold to too much.`, { cause });
    }
  });
}

/** The objects of a kind in YAML or JSON text, a List's items included. Throws Invalid, naming the file, the object and the field. */
export async function readObjects<K extends Kind>(kind: K, text: string, file: string): Promise<KindMap[K][]> {
  const found = documents(text, file)
    .filter((document) => document !== null)
    .flatMap((document) => (isObject(document) && document['kind'] === 'List' && Array.isArray(document['items']) ? (document['items'] as unknown[]) : [document]));
  if (found.length === 0) throw invalid(`${file} holds no object.`);
  return found.map((object, at) => {
    const where = found.length === 1 ? file : `${file}, object ${at + 1}`;
    if (!isObject(object)) throw invalid(`${where} is no object.`);
    if (object['apiVersion'] !== API_VERSION || object['kind'] !== kind)
      throw invalid(`${where} is ${String(object['apiVersion'])} ${String(object['kind'])}; expected is ${API_VERSION} ${kind}.`);
    const unknown = unknownFields(kind, object, { strict: true });
    if (unknown.length > 0) throw invalid(`${where}: ${unknown.join(', ')}`);
    if (!isObject(object['metadata']) || typeof object['metadata']['name'] !== 'string') throw invalid(`${where}: metadata.name is missing.`);
    return object as unknown as KindMap[K];
  });
}

/** Refuses an object that the schema or a rule refuses. */
export async function checkObject<K extends Kind>(kind: K, object: KindMap[K], where: string): Promise<void> {
  const { errors } = await validate(kind, object);
  if (errors.length > 0) throw invalid(`${where}: ${errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
}
