import type { Engine } from '../engine/engine.ts';
import type { CiOutput } from './ci/output.ts';
import type { Views } from './views.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  namespace?: string;
  allNamespaces?: boolean;
  context?: string;
  kubeconfig?: string;
  as?: string;
  requestTimeout?: string;
  output?: string;
  headers?: boolean;
  sortBy?: string;
  selector?: string;
  engine?: 'kubernetes' | 'local';
  color?: 'auto' | 'always' | 'never';
  quiet?: boolean;
  verbose?: boolean;
}

/** The part of an engine that reads: enough for completion, and quick to load. */
export type Reader = Pick<Engine, 'store' | 'defaultProject'>;

/** Which engine a command uses. */
export interface EngineChoice {
  kind: Engine['kind'];
  /** True if a flag, a variable or a preference names the engine; false if it depends on whether a kubeconfig exists. */
  isAsked: boolean;
}

/** What a command has to do with: its streams, the clock, and an engine that is made when it is asked for. */
export interface CliContext {
  /** The program as it was called: `bgtask` or `kubectl bgtask`. */
  program: string;
  /** The flags that said where, for commands that sentences name: ` -n team-a`. Set when the command line has been read. */
  place: string;
  /** Printed after a connection error; set if the kubeconfig chose the engine and the user did not. */
  wayOut?: string;
  env: NodeJS.ProcessEnv;
  /** Data: a text, or bytes as they are. */
  out(text: string | Uint8Array): void;
  /** Talk: a line on standard error; nothing after hush. */
  say(line: string): void;
  /** What should be seen although nothing failed; also with -q. */
  warn(line: string): void;
  /** Refusals: text on standard error as it is, made safe for a terminal. */
  err(text: string): void;
  /** Ends the talk: -q was given. */
  hush(): void;
  stdinText(): Promise<string>;
  stdoutIsTerminal: boolean;
  stderrIsTerminal: boolean;
  /** Columns of the terminal; undefined when standard output is not a terminal. */
  width: number | undefined;
  /** Views over the whole terminal; absent where there is none that can be drawn on. Loads what draws them. */
  views?: () => Promise<Views>;
  /** What the CI system reads that runs us; absent outside of one, and at a terminal. */
  ci?: CiOutput;
  now(): Date;
  /** Aborts at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** The executable and arguments that run this very program. */
  command: readonly string[];
  /** Returns the engine. A cluster without our CRDs is replaced by the local engine, unless `asFound` is true (doctor). */
  engine(options: GlobalOptions, asFound?: boolean): Promise<Engine>;
  /** Which engine the command line, the environment and the preferences choose; makes none. */
  choice(options: GlobalOptions): EngineChoice;
  /** What the engine would read, without the rest of it. Starts nothing. */
  reader(options: GlobalOptions): Promise<Reader>;
  /** The project that the options name, or the engine's default. Throws Invalid. */
  project(options: GlobalOptions): Promise<string>;
}

/** Exit codes that scripts rely on. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  failed: 3,
  forbidden: 4,
  notFound: 5,
  stopped: 6,
  timeout: 7,
  limit: 8,
  waitTimeout: 124,
  interrupted: 130,
} as const;
