/** CEL that Kubernetes 1.28 accepts too. Optional values (`.?field`, `[?key]`, `orValue`) came with 1.29. */

/** A text, list or map as CEL has it: JSON is CEL. */
export const cel = (value: unknown): string => JSON.stringify(value);

/** The value at `base.path`, or `otherwise` where a field on the way is absent. */
export function field(base: string, path: string, otherwise: string): string {
  const names = path.split('.');
  const present = names.map((_, index) => `has(${[base, ...names.slice(0, index + 1)].join('.')})`);
  return `(${present.join(' && ')} ? ${base}.${path} : ${otherwise})`;
}

/** The value of a key of a map, or `otherwise`; `key` is CEL. */
export const entry = (map: string, key: string, otherwise: string): string =>
  `(${key} in ${map} ? ${map}[${key}] : ${otherwise})`;

/** True where neither map has the key, or both have it with one value; `key` is CEL. */
export const sameEntry = (one: string, other: string, key: string): string =>
  `(${key} in ${one}) == (${key} in ${other}) && (!(${key} in ${one}) || ${one}[${key}] == ${other}[${key}])`;
