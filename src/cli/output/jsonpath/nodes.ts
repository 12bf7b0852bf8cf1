/** A string in brackets: tried as one key first, then, as kubectl reads it, as a path of keys. */
export interface FieldStep {
  kind: 'field';
  path: readonly string[];
  key?: string;
}

/** Python-like: `[from:to:step]`; negative positions count from the end. An index has `single`. */
export interface SliceStep {
  kind: 'slice';
  from?: number;
  to?: number;
  step: number;
  single: boolean;
}

export const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** `[?(left op right)]`, or without an operator: the left side finds something. */
export interface FilterStep {
  kind: 'filter';
  left: readonly Step[];
  comparison?: { operator: Operator; right: readonly Step[] };
}

/** One step of an expression: takes the values found so far to the next. A literal replaces them. */
export type Step =
  | FieldStep
  | SliceStep
  | FilterStep
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'wildcard' }
  | { kind: 'recursive' }
  | { kind: 'union'; parts: readonly (readonly Step[])[] };

/** A part of a template: text as it stands, an expression in braces, or a range with what it repeats. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'expression'; steps: readonly Step[] }
  | { kind: 'range'; steps: readonly Step[]; body: readonly Part[] };

export type Template = readonly Part[];
