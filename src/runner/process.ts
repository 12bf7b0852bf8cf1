import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { COOKIE_ENV } from '../domain/process-cookie.ts';
import { endContainer, endGroup, killCookie } from './process-group.ts';
import { Sandbox } from './sandbox.ts';
import { keepTail, splitLines, type Tail } from './process-output.ts';

export interface ProcessOptions {
  /** The program, looked up on the PATH of `env` unless it has a slash; no shell is added. */
  command: string;
  args?: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. With BGTASK_JOB_COOKIE in it, processes that leave the group are ended too. */
  env: Readonly<Record<string, string>>;
  /** Text for standard input; /dev/null when absent. */
  input?: string;
  /** Gets each line as it comes, `\n` or `\r\n` taken off. */
  onLine?(line: string, stream: 'stdout' | 'stderr'): void;
  /** Characters of a line that are kept, 64 Ki when absent; the rest is dropped and marked (CUT_MARK). */
  maxLine?: number;
  /** Seconds the process may take; no limit when absent. */
  timeLimit?: number;
  /** Seconds between SIGTERM and SIGKILL for a process that is stopped, 5 when absent. */
  grace?: number;
  /** Bytes of `tail`, 8 KiB when absent. */
  tailBytes?: number;
  signal?: AbortSignal;
  /** For a sandbox that runs the program in namespaces of its own: it says on descriptor 3 how that ended, and reads its seccomp filter on 4. See room/. */
  sandboxed?: { filter?: Buffer };
  /** True if the program was looked for and not found: nothing is started. */
  missing?: boolean;
}

/** How a process ended. `timedOut` and `aborted` exclude each other: the first cause wins. */
export interface ProcessOutcome {
  /** Undefined when a signal ended it or it never started. */
  exitCode?: number;
  signal?: NodeJS.Signals;
  timedOut: boolean;
  aborted: boolean;
  /** True if the program does not exist or is not on the PATH. */
  notFound: boolean;
  /** Why it never started, as a sentence; undefined when it did. */
  startError?: string;
  /** The last lines of both streams, mixed as they came. */
  tail: string;
  seconds: number;
}

type Cause = 'timedOut' | 'aborted';

/** Seconds that members of the group may outlive the process that led it. */
const LEFTOVER_GRACE = 1;
/** Seconds to read what is in the pipes still; a process that escaped can hold them open for ever. */
const DRAIN = 1;

/**
 * Runs one untrusted program in a process group of its own and waits until nothing of it is left: members of the group that
 * outlive it are ended (SIGTERM, after a second SIGKILL), and so is every process with the job's cookie, so a cookie is for
 * one process at a time. As the first process of a container it ends all other processes there. Never rejects for what the program does or for a program that cannot be started.
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessOutcome> {
  const began = performance.now();
  const tail = keepTail(options.tailBytes ?? 8 * 1024);
  const outcome = (rest: Partial<ProcessOutcome>): ProcessOutcome => ({
    timedOut: false,
    aborted: false,
    notFound: false,
    tail: tail.text(),
    seconds: (performance.now() - began) / 1000,
    ...rest,
  });
  if (options.signal?.aborted) return outcome({ aborted: true });
  if (options.missing) return outcome(notFound(options));
  let child: ChildProcess;
  try {
    child = start(options);
    if (child.pid === undefined) await once(child, 'spawn');
  } catch (error) {
    return outcome(startFailure(options, error));
  }
  const { exit, cause, failed } = await supervise(child, options, tail);
  if (failed) return outcome({ startError: `The sandbox could not be started: ${lastLine(tail)}` });
  const [code, signal] = exit;
  return outcome({
    ...(code === null ? {} : { exitCode: code }),
    ...(signal === null ? {} : { signal }),
    ...(cause === undefined ? {} : { [cause]: true }),
  });
}

function start({ command, args = [], cwd, env, input, sandboxed }: ProcessOptions): ChildProcess {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  // Without a filter bwrap would pass descriptor 4 on.
  const more = sandboxed ? (['pipe', ...(sandboxed.filter ? (['pipe'] as const) : [])] as const) : [];
  return spawn(command, args, { cwd, env, detached: true, stdio: [stdin, 'pipe', 'pipe', ...more] });
}

const lastLine = (tail: Tail): string => tail.text().trim().split('\n').at(-1) ?? '';

type Exit = [code: number | null, signal: NodeJS.Signals | null];

async function supervise(
  child: ChildProcess,
  options: ProcessOptions,
  tail: Tail,
): Promise<{ exit: Exit; cause?: Cause; failed?: boolean }> {
  const group = child.pid ?? 0;
  const sandbox = options.sandboxed ? new Sandbox(child, options.sandboxed.filter) : undefined;
  const grace = options.grace ?? 5;
  let cause: Cause | undefined;
  let ending: Promise<void> | undefined;
  const stop = (because: Cause): void => {
    cause ??= because;
    ending ??= sandbox ? sandbox.end(grace) : endGroup(group, grace);
  };
  const onAbort = (): void => stop('aborted');
  const timer =
    options.timeLimit === undefined ? undefined : setTimeout(stop, options.timeLimit * 1000, 'timedOut');
  options.signal?.addEventListener('abort', onAbort, { once: true });

  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve([code, signal]));
  });
  const drained = readOutput(child, options, tail);
  // A program may end before it has read its input: this EPIPE is not an error.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);

  const exit = await exited;
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', onAbort);
  await ending;
  if (sandbox) await sandbox.gone();
  else {
    await endGroup(group, LEFTOVER_GRACE);
    await killCookie(options.env[COOKIE_ENV] ?? '');
    await endContainer();
  }
  await Promise.race([drained, delay(DRAIN * 1000, undefined, { ref: false })]);
  for (const stream of child.stdio) stream?.destroy();
  await drained;
  return { exit, cause, failed: cause === undefined && sandbox?.failed };
}

/** Resolves when both streams have ended or were destroyed, and their last lines were handed over. */
async function readOutput(child: ChildProcess, options: ProcessOptions, tail: Tail): Promise<void> {
  const streams = (['stdout', 'stderr'] as const).map(async (name) => {
    const stream = child[name];
    if (!stream) return;
    const lines = splitLines(options.maxLine ?? 64 * 1024, (line) => {
      tail.addLine(line);
      options.onLine?.(line, name);
    });
    stream.on('data', (chunk: Buffer) => lines.push(chunk));
    stream.on('error', () => {});
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
    });
    lines.end();
  });
  await Promise.all(streams);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const notFound = ({ command }: ProcessOptions): Partial<ProcessOutcome> => ({
  notFound: true,
  startError: `The program ${command} was not found.`,
});

/** Node reports a missing working folder as if the program were missing (ENOENT of spawn). */
function startFailure(options: ProcessOptions, error: unknown): Partial<ProcessOutcome> {
  const { command, cwd } = options;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if ((code === 'ENOENT' || code === 'ENOTDIR') && !isFolder(cwd)) {
    return { startError: `The working folder ${cwd} does not exist.` };
  }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return notFound(options);
    case 'EACCES':
      return { startError: `The program ${command} may not be run: it is not executable for this user.` };
    case 'E2BIG':
      return {
        startError: `The program ${command} got too many or too long arguments or environment variables.`,
      };
    default:
      return { startError: `The program ${command} could not be started: ${String(error)}` };
  }
}
