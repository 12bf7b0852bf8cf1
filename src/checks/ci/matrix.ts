import { data } from '@actions/expressions';
import { evaluate, mayHold, textOf, toValue, UNKNOWN, type Contexts, type Value } from './expression.ts';
import type { YamlView } from './yaml-view.ts';

/** One combination of a matrix: key to value. */
type Row = ReadonlyMap<string, Value>;

/** Rows of a matrix that are made at all; GitHub runs at most 256. */
const MAX_ROWS = 256;
/** Rows of one job that are read. */
const MAX_KEPT = 10;
/** Values that name another machine than Linux on x86. */
const FOREIGN =
  /windows|win32|win64|win-|\bwin\b|macos|darwin|\bmac\b|\bosx\b|msvc|mingw|msys|cygwin|\barm|aarch64|arm64|riscv|s390x|ppc64|powerpc|i[3-6]86|mips|loongarch|wasm|emscripten|wasi|android|\bios\b|tvos|watchos|visionos|iphone|freebsd|openbsd|netbsd|illumos|solaris/i;
/** Values that choose a version of a language, or a machine: one stands for all. */
const VERSION =
  /^(v|py|pypy|cp|python|node|php|ruby|jruby|truffleruby|graalpy|go|java|jdk|otp|elixir|rails|django|gcc|g\+\+|clang|llvm|nightly)?[-_@^~]?\d+([._]\d+|\.x)*([._+-]?(dev|rc|alpha|beta|lts|ea|preview|t)[\w.-]*)?$|^(latest|lts|lts\/\*|node|current|stable|beta|nightly|oldest|newest|lowest|highest|minimum|min|max|msrv|head|dev|true|false)$|ubuntu|linux/i;

/**
 * The rows of a job's matrix that say something of their own on this machine, as `matrix` contexts, first ones first; at most 10.
 * Rows that differ only in versions count as one, unless a step asks for the version. One unknown row for a job without a matrix, and where CI computes it. A matrix of
 * other machines alone has rows only where `foreign` ones are asked for.
 */
export function matrixRows(job: YamlView, contexts: Contexts, foreign = true): Value[] {
  const matrix = job.get('strategy')?.get('matrix');
  if (!matrix) return [UNKNOWN];
  const whole = asValue(matrix, contexts);
  if (whole === UNKNOWN || !(whole instanceof data.Dictionary)) return [UNKNOWN];
  const rows = combine(whole);
  const fitting = rows.filter((row) => ![...row.values()].some(isForeign));
  if (rows.length > 0 && fitting.length === 0 && !foreign) return [];
  const holds = conditionsOf(job, contexts);
  const kept = distinct(fitting.length > 0 ? fitting : rows, holds).slice(0, MAX_KEPT);
  return kept.length > 0 ? kept.map(asContext) : [UNKNOWN];
}

const asContext = (row: Row): Value =>
  new data.Dictionary(...[...row].map(([key, value]) => ({ key, value })));

/** True for a text that names another system or machine. */
export const isForeignText = (text: string): boolean => FOREIGN.test(text);

const isForeign = (value: Value): boolean => partsOf(value).some(isForeignText);

/** The texts in a value, those in its lists and mappings included. */
function partsOf(value: Value): string[] {
  if (value instanceof data.Dictionary || value instanceof data.Array) return value.values().flatMap(partsOf);
  return value instanceof data.StringData ? [value.value] : [];
}

/** Which of the job's steps run for a row, where their conditions ask for it. */
function conditionsOf(job: YamlView, contexts: Contexts): (row: Row) => boolean[] {
  const asked = job.itemsAt('steps').flatMap((step) => step.textAt('if') ?? []);
  const conditions = asked.filter((condition) => /\bmatrix\b/.test(condition));
  return (row) =>
    conditions.map((condition) => mayHold(condition, new Map([...contexts, ['matrix', asContext(row)]])));
}

/** Versions that few machines have: a step for one of them is left out. */
const UNRELEASED = /nightly|canary|beta|\bhead\b|-(head|dev|ea|rc\d*)$/i;

function distinct(rows: readonly Row[], holds: (row: Row) => boolean[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const classes = JSON.stringify([...row].map(([name, value]) => [name, partsOf(value).map(asClass)]));
    const key = `${classes} ${JSON.stringify(holds(row))}`;
    const isSpecial =
      seen.has(classes) && [...row.values()].flatMap(partsOf).some((text) => UNRELEASED.test(text));
    if (seen.has(key) || isSpecial) return false;
    seen.add(classes).add(key);
    return true;
  });
}

const asClass = (text: string): string => (VERSION.test(text) ? '#' : text);

function combine(whole: data.Dictionary): Row[] {
  let rows: Map<string, Value>[] = [];
  for (const { key, value } of whole.pairs()) {
    if (key === 'include' || key === 'exclude') continue;
    const choices = value instanceof data.Array ? value.values() : [value];
    const before = rows.length > 0 ? rows : [new Map<string, Value>()];
    rows = before
      .flatMap((row) => choices.map((choice) => new Map([...row, [key, choice]])))
      .slice(0, MAX_ROWS);
  }
  const excluded = mappings(whole.get('exclude'));
  rows = rows.filter((row) => !excluded.some((one) => agrees(row, one)));
  return includeRows(rows, mappings(whole.get('include')));
}

const mappings = (value: Value | undefined): Map<string, Value>[] =>
  value instanceof data.Array
    ? value.values().flatMap((item) => (item instanceof data.Dictionary ? [asMap(item)] : []))
    : [];

const asMap = (value: data.Dictionary): Map<string, Value> =>
  new Map(value.pairs().map(({ key, value: part }) => [key, part]));

const same = (a: Value | undefined, b: Value): boolean =>
  a !== undefined && JSON.stringify(a, data.replacer) === JSON.stringify(b, data.replacer);

const agrees = (row: Row, part: Row): boolean => [...part].every(([key, value]) => same(row.get(key), value));

/** An entry of `include` completes the rows that it does not contradict, and is a row of its own where there are none. */
function includeRows(rows: Map<string, Value>[], included: readonly Map<string, Value>[]): Row[] {
  const keys = new Set(rows.flatMap((row) => [...row.keys()]));
  const more: Row[] = [];
  for (const entry of included) {
    const shared = new Map([...entry].filter(([key]) => keys.has(key)));
    const fitting = rows.filter((row) => agrees(row, shared));
    for (const row of fitting) for (const [key, value] of entry) row.set(key, value);
    // Beside values that CI computes, an entry is one of many and does not stand for them.
    const isOneOfMany = [...shared.keys()].some((key) => rows.some((row) => row.get(key) === UNKNOWN));
    if (fitting.length === 0 && !isOneOfMany) more.push(entry);
  }
  return [...rows, ...more].slice(0, MAX_ROWS);
}

/** A part of the matrix as a value: expressions are evaluated, what they leave open is unknown. */
function asValue(view: YamlView, contexts: Contexts, depth = 0): Value {
  if (depth > 8) return UNKNOWN;
  const items = view.items();
  if (items.length > 0) return new data.Array(...items.map((item) => asValue(item, contexts, depth + 1)));
  const entries = view.entries();
  if (entries.length > 0)
    return new data.Dictionary(
      ...entries.map(([key, part]) => ({ key, value: asValue(part, contexts, depth + 1) })),
    );
  const text = view.text();
  if (text === undefined) return toValue(null);
  const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text)?.[1];
  if (whole !== undefined) return evaluate(whole, contexts);
  const filled = textOf(text, contexts);
  if (filled === undefined) return UNKNOWN;
  const flag = view.flag();
  return flag === undefined ? new data.StringData(filled) : new data.BooleanData(flag);
}
