import { OutputError } from './error.ts';
import { evaluate } from './jsonpath/evaluate.ts';
import { parsePath } from './jsonpath/parse.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const TYPES = ['undefined', 'boolean', 'number', 'string'];
const natural = new Intl.Collator('en', { numeric: true });

/**
 * The items in rising order of what `path` finds first in each: numbers by value, RFC 3339 times by instant, other text naturally
 * (`t2` before `t10`), as kubectl's --sort-by. Items without it come first; equal ones keep their order. Throws an OutputError
 * for a bad path, or one that no item has.
 */
export function sortBy<T extends object>(items: readonly T[], path: string): T[] {
  const steps = parsePath(path);
  const keyed = items.map((item) => ({ item, key: sortKey(evaluate(steps, item)[0]) }));
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new OutputError(`--sort-by: none of the objects has ${path}. "-o yaml" shows their fields.`);
  }
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

type Key = boolean | number | string | undefined;

function sortKey(value: unknown): Key {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
    ? value
    : undefined;
}

function compare(a: Key, b: Key): number {
  if (typeof a === 'string' && typeof b === 'string') {
    const times = RFC3339.test(a) && RFC3339.test(b);
    return times ? Date.parse(a) - Date.parse(b) : natural.compare(a, b);
  }
  if (typeof a !== typeof b) return TYPES.indexOf(typeof a) - TYPES.indexOf(typeof b);
  return Number(a ?? 0) - Number(b ?? 0);
}
