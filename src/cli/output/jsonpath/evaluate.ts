import type { FieldStep, FilterStep, Operator, SliceStep, Step } from './nodes.ts';
import { isRecord } from '../../../api/record.ts';

/**
 * The values that an expression finds in `root`, in order. Reads own properties only and runs nothing. What is missing, out of
 * bounds or of another shape is not found: no error.
 */
export const evaluate = (steps: readonly Step[], root: unknown): unknown[] =>
  steps.reduce<unknown[]>((found, step) => applyStep(step, found), [root]);

function applyStep(step: Step, found: unknown[]): unknown[] {
  switch (step.kind) {
    case 'literal':
      return [step.value];
    case 'wildcard':
      return found.flatMap(children);
    case 'recursive':
      return found.flatMap(descendants);
    case 'union':
      return step.parts.flatMap((part) => part.reduce((values, inner) => applyStep(inner, values), found));
    case 'field':
      return found.flatMap((value) => fieldOf(value, step));
    case 'slice':
      return found.flatMap((value) => (Array.isArray(value) ? sliceOf(value, step) : []));
    case 'filter':
      return found.flatMap((value) =>
        Array.isArray(value) ? value.filter((item) => passes(item, step)) : [],
      );
  }
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

/** The objects and lists in a value, itself first, each before what it holds. Empty ones are left out, as kubectl does. */
function descendants(value: unknown): unknown[] {
  const inner = children(value);
  return inner.length === 0 ? [] : [value, ...inner.flatMap(descendants)];
}

function fieldOf(value: unknown, step: FieldStep): unknown[] {
  if (step.key !== undefined && isRecord(value) && Object.hasOwn(value, step.key)) return [value[step.key]];
  let current = value;
  for (const key of step.path) {
    if (!isRecord(current) || !Object.hasOwn(current, key)) return [];
    current = current[key];
  }
  return current === undefined ? [] : [current];
}

function sliceOf(list: unknown[], { from = 0, to, step, single }: SliceStep): unknown[] {
  if (single) return list.slice(from, from === -1 ? undefined : from + 1).slice(0, 1);
  return list.slice(from, to).filter((_, index) => index % step === 0);
}

function passes(item: unknown, { left, comparison }: FilterStep): boolean {
  const lefts = evaluate(left, item);
  if (!comparison) return lefts.length > 0;
  const rights = evaluate(comparison.right, item);
  if (lefts.length !== 1 || rights.length !== 1) return false;
  return COMPARE[comparison.operator](lefts[0], rights[0]);
}

const ordered =
  (test: (sign: number) => boolean) =>
  (a: unknown, b: unknown): boolean => {
    if (typeof a === 'number' && typeof b === 'number') return test(a - b);
    return typeof a === 'string' && typeof b === 'string' && test(a < b ? -1 : Number(a > b));
  };

/** Values of different types are unequal and in no order. */
const COMPARE: Record<Operator, (a: unknown, b: unknown) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': ordered((sign) => sign < 0),
  '<=': ordered((sign) => sign <= 0),
  '>': ordered((sign) => sign > 0),
  '>=': ordered((sign) => sign >= 0),
};
