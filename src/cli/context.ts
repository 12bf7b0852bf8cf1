import type { Engine } from '../engine/engine.ts';

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

/** What a command has to do with: its streams, the clock, and an engine that is made when it is asked for. */
export interface CliContext {
  /** The program as it was called: `bgtask` or `kubectl bgtask`. */
  program: string;
  env: NodeJS.ProcessEnv;
  /** Data. */
  out(text: string): void;
  /** Talk: a line on standard error; nothing with -q. */
  say(line: string): void;
  /** What should be seen although nothing failed; also with -q. */
  warn(line: string): void;
  stdinText(): Promise<string>;
  stdoutIsTerminal: boolean;
  stderrIsTerminal: boolean;
  /** Columns of the terminal; undefined when standard output is none. */
  width: number | undefined;
  now(): Date;
  /** Aborts at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** The executable and arguments that run this very program. */
  command: readonly string[];
  engine(options: GlobalOptions): Promise<Engine>;
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
