import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** One verb: what help says of it, and the file that does it, loaded when it is called. */
export interface Verb {
  name: string;
  alias?: string;
  summary: string;
  /** Left out of help: for programs, not for people. */
  hidden?: boolean;
  /** Takes none of the options of objects and output. */
  plain?: boolean;
  load(): Promise<Setup>;
}

/** Puts arguments, options, examples and the action on a verb's command. The action's result becomes the exit code through `exit`. */
export type Setup = (command: Command, context: CliContext, exit: (code: number) => void) => void;

/** Collects an option that may be given many times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
