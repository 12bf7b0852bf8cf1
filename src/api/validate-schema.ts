import { isDeepStrictEqual } from 'node:util';
import {
  goQuote,
  isInt64,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from './validate-errors.ts';
import type { FieldError } from './validate-errors.ts';
import { isRecord } from './record.ts';
import { childNode, mapKeys } from './validate-tree.ts';
import type { SchemaNode } from './validate-tree.ts';
import type { SchemaError } from './generated/agentic-session.validator.js';
import type { Kind } from './types.ts';

/** Loaded when a kind is first validated: the generated code is the larger part of this folder. */
const VALIDATORS = {
  AgenticSession: () => import('./generated/agentic-session.validator.js'),
  TaskTemplate: () => import('./generated/task-template.validator.js'),
};

/** Enough to refuse; an object with a million faults is not worth a million sentences. */
const ERRORS_MAX = 1000;

/** What the schema refuses, and where in the object: the keys and indexes of the value that was checked. */
interface Located {
  at: string[];
  keyword: string;
  error: FieldError;
}

/**
 * Checks an object against its schema and fills in defaults, in place. With `old`, errors in parts that have not
 * changed are left out, as the API server does on updates.
 */
export async function schemaErrors(kind: Kind, object: unknown, update?: Update): Promise<FieldError[]> {
  const { validate } = await VALIDATORS[kind]();
  if (validate(object)) return [];
  const found = (validate.errors ?? []).slice(0, ERRORS_MAX).map((error) => located(object, error));
  return firstPerString(found)
    .filter(({ at }) => !update || !unchanged(object, update.old, update.schema, at))
    .map(({ error }) => error);
}

/** The stored object that an update replaces, and the schema by which items of lists are matched. */
export interface Update {
  old: unknown;
  schema: SchemaNode;
}

function located(object: unknown, error: SchemaError): Located {
  const at = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const value = at.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], object);
  return { at, keyword: error.keyword, error: fieldError(pathOf(object, at), value, error) };
}

/** `spec.repos[0].input.url` from the keys and indexes that lead to a value. */
function pathOf(object: unknown, at: readonly string[]): string {
  let parent = object;
  let path = '';
  for (const key of at) {
    path += Array.isArray(parent) ? `[${key}]` : path ? `.${key}` : key;
    parent = (parent as Record<string, unknown>)[key];
  }
  return path;
}

function fieldError(path: string, value: unknown, { keyword, params }: SchemaError): FieldError {
  // Status is written by itself, so the API server's sentence names its fields without `status`.
  const is = `${path.replace(/^status(\.|$)/, '')} in body`;
  const limit = Number(params['limit']);
  switch (keyword) {
    case 'required': {
      const missing = String(params['missingProperty']);
      return required(path ? `${path}.${missing}` : missing);
    }
    case 'type':
      return wrongType(path, value, `${is} must be of type ${String(params['type'])}`);
    case 'format':
      return typeInvalid(
        path,
        value,
        `${is} must be of type ${String(params['format'])}: ${goQuote(String(value))}`,
      );
    case 'enum':
      return notSupported(path, value, params['allowedValues'] as unknown[]);
    case 'maxLength':
      return tooLong(path, limit);
    case 'minLength':
      return invalid(path, value, `${is} should be at least ${limit} chars long`);
    case 'pattern':
      return invalid(path, value, `${is} should match '${String(params['pattern'])}'`);
    case 'maxItems':
      return tooMany(path, (value as unknown[]).length, limit);
    case 'maxProperties':
      return tooMany(path, Object.keys(value as object).length, limit);
    case 'minimum':
      return invalid(path, value, `${is} should be greater than or equal to ${limit}`);
    case 'maximum':
      // The generator's own bound, for what the API server does not read as an integer.
      if (limit > Number.MAX_SAFE_INTEGER) return wrongType(path, value, `${is} must be of type integer`);
      return invalid(path, value, `${is} should be less than or equal to ${limit}`);
    default:
      // The generator refuses keywords that have no case here.
      return invalid(path, value, `${is} does not satisfy ${keyword}`);
  }
}

function wrongType(path: string, value: unknown, sentence: string): FieldError {
  const type = typeName(value);
  return typeInvalid(path, type, `${sentence}: "${type}"`);
}

/** The JSON type as kube-openapi names it. */
function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isInt64(value) ? 'integer' : typeof value;
}

/** The API server stops at the first of these that a string fails. */
const STRING_CHECKS = ['maxLength', 'minLength', 'pattern'];

function firstPerString(found: Located[]): Located[] {
  const first = new Map<string, number>();
  for (const { keyword, error } of found) {
    const rank = STRING_CHECKS.indexOf(keyword);
    if (rank >= 0) first.set(error.path, Math.min(rank, first.get(error.path) ?? rank));
  }
  return found.filter(({ keyword, error }) => {
    const rank = STRING_CHECKS.indexOf(keyword);
    return rank < 0 || rank === first.get(error.path);
  });
}

/** True when a value, or something around it, is what it was before; items are matched in lists of type map only. */
function unchanged(object: unknown, old: unknown, schema: SchemaNode, at: readonly string[]): boolean {
  if (isDeepStrictEqual(object, old)) return true;
  const [key, ...rest] = at;
  if (key === undefined) return false;
  if (Array.isArray(object)) {
    const item: unknown = object[Number(key)];
    const { items, listKeys } = schema;
    if (!items || !listKeys || !isRecord(item) || !Array.isArray(old)) return false;
    const keys = mapKeys(item, listKeys);
    const before = old.find((one) => isRecord(one) && isDeepStrictEqual(mapKeys(one, listKeys), keys));
    return before !== undefined && unchanged(item, before, items, rest);
  }
  const child = childNode(schema, key);
  if (!child || !isRecord(object) || !isRecord(old) || !(key in old)) return false;
  return unchanged(object[key], old[key], child, rest);
}
