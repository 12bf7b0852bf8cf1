import { Environment } from '@marcbachmann/cel-js';
import { celValue } from '../../../api/cel.ts';

/** A compiled expression. Throws what the interpreter throws. */
export type Expression = (scope: Record<string, unknown>) => unknown;

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  // Of the library that Kubernetes adds to CEL, the functions that our rules use.
  .registerFunction(
    'string.findAll(string): list<string>',
    (text: string, pattern: string) => text.match(new RegExp(pattern, 'gu')) ?? [],
  )
  .registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => new RegExp(pattern, 'u').exec(text)?.[0] ?? '',
  );

/** CEL of an admission policy as a function. Throws for what is not CEL. */
export function compile(text: string): Expression {
  const parsed = environment.parse(text);
  return (scope) => parsed(scope);
}

/** A JSON value as CEL sees it without a schema: each number is a double. */
export const asCel = (value: unknown): unknown => celValue(value, undefined);
