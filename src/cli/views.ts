import type { AgenticSession } from '../api/types.ts';
import type { Engine } from '../engine/engine.ts';
import type { Awaited } from '../service/await-task.ts';

export interface ViewOptions {
  engine: Engine;
  /** Aborted: the person looks no longer. */
  signal: AbortSignal;
  color: boolean;
  now: () => Date;
  /** A sentence with the commands in it as this program was called. */
  asCalled: (sentence: string) => string;
}

export interface UiOptions extends ViewOptions {
  /** Absent: all projects. */
  project?: string;
  selector?: string;
}

/** Views that take the whole terminal. They are drawn by what is heavy to load, so they are handed in, and loaded when one is wanted. */
export interface Views {
  /** Follows a task, or the retry that the person asks for, until its end was seen or the person quits: the last state seen. */
  watch(task: AgenticSession, options: ViewOptions): Promise<Awaited>;
  /** Shows all tasks until the person quits. */
  ui(options: UiOptions): Promise<void>;
}

/** The process, as far as it says whether a person looks. */
export interface Ends {
  stdin: { isTTY?: boolean };
  stdout: { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
}

/** As what draws the views sees it: in CI it draws nothing but the end. */
const isCi = (env: NodeJS.ProcessEnv): boolean =>
  ['CI', 'CONTINUOUS_INTEGRATION'].some(
    (name) => env[name] !== undefined && env[name] !== '0' && env[name] !== 'false',
  );

/** Whether there is a person at a terminal that can be drawn on. */
export const canBeDrawnOn = ({ stdin, stdout, env }: Ends): boolean =>
  stdin.isTTY === true && stdout.isTTY === true && env['TERM'] !== 'dumb' && !isCi(env);
