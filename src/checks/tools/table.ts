import { plugs } from '../plugs.ts';
import { NOTHING, type ToolRule } from './rule.ts';

/** Characters of a line that are looked at: longer than any command that can be a check; keeps matching linear in practice. */
export const MAX_LINE = 2_048;

/** Prints and ends, whatever the program. */
const PRINTING: ToolRule = { ...NOTHING, tool: '', ecosystem: 'any' };
const PRINTS = / (--help|--version) /;

/** The rule for a program with these arguments; undefined for a program that no rule describes. */
export function ruleFor(tool: string, args: readonly string[]): ToolRule | undefined {
  const line = args.length ? ` ${args.join(' ')} `.slice(0, MAX_LINE) : ' ';
  if (PRINTS.test(line)) return PRINTING;
  return plugs()
    .rules.get(tool)
    ?.find((rule) => rule.args === undefined || rule.args.test(line));
}
