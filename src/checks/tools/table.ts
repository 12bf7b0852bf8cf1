import { GO_RULES, RUST_RULES } from './go-rust.ts';
import { NODE_RULES } from './node.ts';
import { ANY_RULES, JVM_RULES, OTHER_RULES } from './others.ts';
import { PYTHON_RULES } from './python.ts';
import type { ToolRule } from './rule.ts';

/** Longer than any command that can be a check; keeps matching linear in practice. */
const MAX_LINE = 2_048;
const BY_TOOL = new Map<string, ToolRule[]>();
for (const rule of [
  ...NODE_RULES,
  ...PYTHON_RULES,
  ...GO_RULES,
  ...RUST_RULES,
  ...JVM_RULES,
  ...OTHER_RULES,
  ...ANY_RULES,
]) {
  BY_TOOL.set(rule.tool, [...(BY_TOOL.get(rule.tool) ?? []), rule]);
}

/** The rule for a program with these arguments; undefined for a program nobody described. */
export function ruleFor(tool: string, args: readonly string[]): ToolRule | undefined {
  const line = args.length ? ` ${args.join(' ')} `.slice(0, MAX_LINE) : ' ';
  return BY_TOOL.get(tool)?.find((rule) => rule.args === undefined || rule.args.test(line));
}
