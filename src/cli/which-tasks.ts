import type { Command } from 'commander';
import { BgtaskError } from '../domain/errors.ts';
import { TASK_ARGUMENT } from './command.ts';
import type { GlobalOptions } from './context.ts';

/** The options that choose tasks, beside their names. */
export interface ChoiceFlags extends GlobalOptions {
  all?: boolean;
  status?: string;
}

/** Which tasks a command line means: those that it names, or all that a filter leaves. */
export type Choice =
  | { by: 'name'; names: readonly string[] }
  | { by: 'filter'; selector?: string; status?: string; allProjects: boolean };

/** Puts the argument and the options that choose tasks on a command; -l and -A are global options. */
export function addChoice(command: Command): Command {
  return command
    .argument('[task...]', TASK_ARGUMENT)
    .option('--all', 'every task of the project')
    .option('--status <phases>', 'all tasks in these phases, with commas');
}

/** An empty selector chooses nothing: it is more often a variable without a value than a wish for all tasks. */
const isGiven = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';

/**
 * Which tasks are meant. Names and filters are exclusive, as in kubectl, and one of them must be there. `doing` is what the verb does to the tasks: `delete`,
 * `wait for`. Throws Usage.
 */
export function choiceOf(doing: string, names: readonly string[], flags: ChoiceFlags): Choice {
  const filters = [
    ...(flags.all ? ['--all'] : []),
    ...(isGiven(flags.selector) ? ['-l'] : []),
    ...(isGiven(flags.status) ? ['--status'] : []),
  ];
  const allProjects = flags.allNamespaces ?? false;
  if (names.length > 0) {
    const given = [...filters, ...(allProjects ? ['-A'] : [])];
    if (given.length === 0) return { by: 'name', names };
    throw new BgtaskError('Usage', `Give names, or ${given.join(' and ')}, and not both.`);
  }
  if (filters.length === 0)
    throw new BgtaskError('Usage', `Name the tasks to ${doing}.`, {
      hint: 'Or choose them: --all, -l with a label selector, or --status with phases.',
    });
  const { selector, status } = flags;
  return {
    by: 'filter',
    ...(isGiven(selector) && { selector }),
    ...(isGiven(status) && { status }),
    allProjects,
  };
}
