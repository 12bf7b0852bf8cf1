import type { AgenticSession } from '../api/types.ts';
import type { Target } from './chosen-tasks.ts';
import { type CliContext, EXIT, type GlobalOptions } from './context.ts';
import { explain } from './exit.ts';

/** Says what goes wrong with each of several tasks; the code is the first that is not 0. */
export interface Results {
  readonly code: number;
  add(code: number): void;
  /** Takes the code that `act` gives, or the error that it throws. */
  attempt(act: () => number): void;
  /** Prints an error as it would end the command, a hint that was printed before left out. */
  fail(error: unknown): void;
}

/** Results with nothing in them yet. */
export function results(context: CliContext, { verbose = false }: GlobalOptions): Results {
  let code: number = EXIT.ok;
  const said = new Set<string>();
  const err = (text: string): void => {
    if (!said.has(text)) context.err(text);
    said.add(text);
  };
  const add = (each: number): void => void (code ||= each);
  const fail = (error: unknown): void => {
    const { program, place, wayOut } = context;
    add(explain(error, verbose, { program, place, err, ...(wayOut && { wayOut }) }));
  };
  const attempt = (act: () => number): void => {
    try {
      add(act());
    } catch (error) {
      fail(error);
    }
  };
  return {
    get code() {
      return code;
    },
    add,
    attempt,
    fail,
  };
}

/**
 * Does something to each task, one after the other. One that fails does not stop the others: its error is printed. The first exit code that is not 0.
 */
export async function eachTask(
  context: CliContext,
  options: GlobalOptions,
  targets: readonly Target[],
  act: (task: AgenticSession) => Promise<number | void>,
): Promise<number> {
  const all = results(context, options);
  for (const target of targets) {
    if (context.signal.aborted) {
      all.add(EXIT.interrupted);
      break;
    }
    try {
      if ('error' in target) throw target.error;
      all.add((await act(target.task)) ?? EXIT.ok);
    } catch (error) {
      all.fail(error);
    }
  }
  return all.code;
}

/** The same for all tasks at the same time: for what goes on until they end. */
export async function atOnce(
  context: CliContext,
  options: GlobalOptions,
  targets: readonly Target[],
  act: (task: AgenticSession) => Promise<number>,
): Promise<number> {
  const all = results(context, options);
  const acts = targets.map((target) =>
    'task' in target ? act(target.task) : Promise.reject<number>(target.error),
  );
  for (const each of await Promise.allSettled(acts))
    all.attempt(() => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  return all.code;
}
