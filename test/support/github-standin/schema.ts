/** Any JSON object of GitHub's description. */
export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The part of a document that a `#/a/b` pointer names; throws when there is none. */
export function at(document: Json, pointer: string): Json {
  let here: unknown = document;
  for (const step of pointer.replace(/^#\//, '').split('/')) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    here = isJson(here) ? here[key] : undefined;
  }
  if (!isJson(here)) throw new Error(`GitHub's description has no ${pointer}`);
  return here;
}

/** Follows a reference, once or over several steps. */
export function resolved(document: Json, value: unknown): Json {
  let here = value;
  while (isJson(here) && typeof here.$ref === 'string') here = at(document, here.$ref);
  if (!isJson(here)) throw new Error("an object of GitHub's description is missing");
  return here;
}

/** The pointers that a value refers to. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isJson(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

/** OpenAPI 3.0's `nullable` as JSON Schema has it; ajv takes it beside `type` only, and not for enums. */
export function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (!isJson(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, key === 'example' ? child : withoutNullable(child)]),
  );
  // A property may be named `nullable` too: its value is a schema then.
  if (typeof nullable !== 'boolean') return nullable === undefined ? rest : { ...rest, nullable };
  return nullable ? { anyOf: [rest, { type: 'null' }] } : rest;
}
