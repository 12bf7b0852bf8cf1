import { Chalk } from 'chalk';
import type { Phase } from '../api/types.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import type { Painter } from './output/table.ts';

/** Whether colours may be used on standard output: as asked, else only at a terminal that wants them (no-color.org). */
export function wantsColor(context: CliContext, options: GlobalOptions): boolean {
  if (options.color === 'always') return true;
  if (options.color === 'never') return false;
  return context.stdoutIsTerminal && !context.env['NO_COLOR'] && context.env['TERM'] !== 'dumb';
}

const chalk = new Chalk({ level: 1 });
const PHASE_COLOR: Record<Phase, (text: string) => string> = {
  Pending: chalk.gray,
  Creating: chalk.cyan,
  Running: chalk.cyan,
  Completed: chalk.green,
  Failed: chalk.red,
  Timeout: chalk.red,
  Stopped: chalk.yellow,
};

const isPhase = (word: string): word is Phase => Object.hasOwn(PHASE_COLOR, word);

/** Colours phases in tables; undefined when nothing is to be coloured. */
export function painterFor(context: CliContext, options: GlobalOptions): Painter | undefined {
  if (!wantsColor(context, options)) return undefined;
  return (text, header) => {
    const word = text.trim();
    return header === 'PHASE' && isPhase(word) ? PHASE_COLOR[word](text) : text;
  };
}
