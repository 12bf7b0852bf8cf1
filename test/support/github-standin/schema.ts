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
