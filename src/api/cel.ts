import { isDeepStrictEqual } from 'node:util';
import type { ParseResult } from '@marcbachmann/cel-js';
import { invalidWhole, typeInvalid, type FieldError } from './validate-errors.ts';
import { isRecord } from './record.ts';
import { childNode, type SchemaNode } from './validate-tree.ts';

/** One x-kubernetes-validations rule: where it is, what it demands and what to say; `transition` rules name oldSelf. */
export interface CelRule {
  path: string[];
  rule: string;
  message: string;
  transition: boolean;
}

type Program = (context: Record<string, unknown>) => unknown;
const programs = new Map<string, Program>();

/** The rule as a function, parsed once; the interpreter is loaded when the first rule is evaluated. */
async function compile(rule: string): Promise<Program> {
  const known = programs.get(rule);
  if (known) return known;
  const { parse } = await import('@marcbachmann/cel-js');
  const parsed: ParseResult = parse(rule);
  const program: Program = (context) => parsed(context);
  programs.set(rule, program);
  return program;
}

/**
 * A value as CEL knows it: integers of the schema are CEL's int, which is a bigint here, all other numbers doubles.
 * Objects become Maps, because the interpreter takes an object with a field `constructor` for no object.
 */
export function celValue(value: unknown, schema: SchemaNode | undefined): unknown {
  if (typeof value === 'number')
    return schema?.type === 'integer' && Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items));
  if (!isRecord(value)) return value;
  return new Map(Object.entries(value).map(([key, child]) => [key, celValue(child, childNode(schema, key))]));
}

/** The value and its schema at the end of `path`; undefined where the object has none. */
function find(
  object: unknown,
  schema: SchemaNode,
  path: readonly string[],
): [unknown, SchemaNode | undefined] {
  return path.reduce<[unknown, SchemaNode | undefined]>(
    ([value, node], key) => [isRecord(value) ? value[key] : undefined, childNode(node, key)],
    [object, schema],
  );
}

/**
 * What the rules refuse of an object, in the API server's words. Transition rules are evaluated only when `old` has
 * the value too; other rules refuse no value that `old` had already. A rule that cannot be evaluated refuses.
 */
export async function ruleErrors(
  rules: readonly CelRule[],
  schema: SchemaNode,
  object: unknown,
  old?: unknown,
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  for (const rule of rules) {
    const [self, node] = find(object, schema, rule.path);
    const [oldSelf] = find(old, schema, rule.path);
    if (self === undefined || (rule.transition && oldSelf === undefined)) continue;
    const path = rule.path.join('.');
    try {
      const program = await compile(rule.rule);
      const context = { self: celValue(self, node), oldSelf: celValue(oldSelf, node) };
      if (program(context) === true) continue;
      if (!rule.transition && isDeepStrictEqual(self, oldSelf)) continue;
      errors.push(invalidWhole(path, rule.message));
    } catch (error) {
      const cause = error instanceof Error ? error.message.split('\n')[0] : String(error);
      errors.push({
        ...typeInvalid(path, node?.type ?? 'object', `${cause} evaluating rule: ${rule.message}`),
        reason: 'FieldValueInvalid',
      });
    }
  }
  return errors;
}
