import { ruleErrors } from './cel.ts';
import { RULES } from './generated/rules.ts';
import { SCHEMAS } from './generated/schemas.ts';
import { API_VERSION } from './names.ts';
import type { Kind } from './types.ts';
import { invalid, invalidWhole, typeInvalid, type FieldError } from './validate-errors.ts';
import { metaErrors, unknownMetaPaths } from './validate-meta.ts';
import { schemaErrors } from './validate-schema.ts';
import { isRecord } from './record.ts';
import { deeperThan, listErrors, prune, unknownPaths } from './validate-tree.ts';

export { invalidMessage, unknownMessage } from './validate-errors.ts';

/** The object as a store keeps it, and why the API server would refuse it: no errors, valid. */
export interface Validated {
  object: Record<string, unknown>;
  errors: FieldError[];
}

/** Our own limit, where the API server has 10000: what walks an object here is recursive. */
const DEPTH_MAX = 500;

/** These stop the API server from evaluating CEL rules (hasBlockingErr in apiextensions-apiserver). */
const BLOCKING = new Set([
  'FieldValueRequired',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
]);
const BLOCKED: FieldError = {
  path: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  reason: 'FieldValueInvalid',
};

/**
 * Validates an object as a Kubernetes 1.35 API server with our CRDs does: metadata, schema, list keys, then CEL
 * rules. `object` stays as it is; the answer holds a copy with defaults filled in and without unknown fields and
 * nulls. Given `old`, the stored object, it is an update (of the status too): transition rules are evaluated, and
 * what was wrong before and has not changed is let pass. A store drops the status of a new object beforehand.
 */
export async function validate(kind: Kind, object: unknown, old?: object): Promise<Validated> {
  if (deeperThan(object, DEPTH_MAX))
    return { object: {}, errors: [invalidWhole('', `nested more than ${DEPTH_MAX} levels deep`)] };
  const copy: unknown = structuredClone(object);
  if (!isRecord(copy))
    return { object: {}, errors: [typeInvalid('', copy, `must be an object of kind ${kind}`)] };
  const wrongType = typeErrors(kind, copy);
  if (wrongType.length > 0) return { object: copy, errors: wrongType };

  const schema = SCHEMAS[kind];
  const before = old && (await stored(kind, old));
  prune(copy, schema);
  const ofSchema = await schemaErrors(kind, copy, before && { old: before, schema });
  const ofLists = before && listErrors(before, schema).length > 0 ? [] : listErrors(copy, schema);
  const errors = [...metaErrors(copy, before), ...ofSchema, ...ofLists];
  const rules = RULES[kind];
  if (rules.length > 0 && errors.some(({ reason }) => BLOCKING.has(reason))) errors.push(BLOCKED);
  else errors.push(...(await ruleErrors(rules, schema, copy, before)));
  return { object: copy, errors };
}

/** A copy of a stored object as the API server reads it: with today's defaults, whatever it was written with. */
async function stored(kind: Kind, old: object): Promise<Record<string, unknown>> {
  const copy: Record<string, unknown> = { ...structuredClone(old) };
  prune(copy, SCHEMAS[kind]);
  await schemaErrors(kind, copy);
  return copy;
}

const typeErrors = (kind: Kind, object: Record<string, unknown>): FieldError[] =>
  Object.entries({ kind, apiVersion: API_VERSION })
    .filter(([key, wanted]) => object[key] !== wanted)
    .map(([key, wanted]) => invalid(key, object[key] ?? '', `must be ${wanted}`));

/**
 * Fields that the schema does not know, each in the words of strict field validation: `unknown field "spec.foo"`.
 * A session's spec keeps unknown fields, so that other modes' sessions stay whole; `strict` reports them for
 * background tasks, where such a field can only be a mistake.
 */
export function unknownFields(kind: Kind, object: unknown, options: { strict?: boolean } = {}): string[] {
  const spec = isRecord(object) ? object['spec'] : undefined;
  const closed = options.strict === true && isRecord(spec) && spec['mode'] === 'background';
  const paths = unknownPaths(object, SCHEMAS[kind], (path) => closed && /^spec\b/.test(path)).sort();
  return [...unknownMetaPaths(object), ...paths].map((path) => `unknown field ${JSON.stringify(path)}`);
}
