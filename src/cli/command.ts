import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import type { Source, Sources } from './completion/sources.ts';
import type { Obeyed } from './global-options.ts';

/** One verb: what help says of it, and the file that does it, loaded when it is called. */
export interface Verb {
  name: string;
  alias?: string;
  summary: string;
  /** Left out of help: for programs, not for people. */
  hidden?: boolean;
  /** True for a verb that does not use an engine: it accepts no global option. */
  plain?: boolean;
  /** The global options that it obeys, beside those that say where tasks live; of a verb on tasks -n alone, of another none, when absent. */
  obeys?: Obeyed;
  /** Of a verb with subcommands what each of them obeys. */
  subcommands?: Readonly<Record<string, Obeyed>>;
  /** Acts on tasks or templates: in sentences its commands get the flags that said where; `by subcommand` after the second word. */
  onTasks?: true | 'by subcommand';
  /**
   * What may be typed as a value, by an option's long name or an argument's name; of a subcommand after its name (`install template`). Others are
   * completed by their names alone, and -o by the formats that the verb obeys.
   */
  completes?: Readonly<Record<string, (sources: Sources) => Source>>;
  /** Loads what puts the arguments, the options and the action on the verb's command. */
  load(): Promise<Setup>;
}

/**
 * Puts arguments, options, examples and the action on a verb's command. The action's result becomes the exit code through `exit`. Completion
 * runs it too, at every key press: whatever is heavy is imported by the action.
 */
export type Setup = (command: Command, context: CliContext, exit: (code: number) => void) => void;

/** Collects an option that may be given many times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The text under a command's options: what else is to be known, and examples. */
export function helpText(
  context: Pick<CliContext, 'program'>,
  examples: readonly string[],
  notes = '',
): string {
  const lines = examples.map((example) => `  ${context.program} ${example}`);
  return [notes && `\n${notes}`, `\nExamples:\n${lines.join('\n')}`].filter(Boolean).join('\n');
}

/** What every verb on one task calls its argument. */
export const TASK_ARGUMENT = 'its name, @latest, or the URL of its pull request';
