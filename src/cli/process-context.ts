import { writeSync } from 'node:fs';
import { BgtaskError } from '../domain/errors.ts';
import { checkProject } from '../domain/input.ts';
import type { Engine } from '../engine/engine.ts';
import { ciOutput } from './ci/output.ts';
import type { CliContext, GlobalOptions, Reader } from './context.ts';
import { parseDuration } from './duration.ts';
import { asCalled, type Called } from './as-called.ts';
import { engineChoice } from './engine-choice.ts';
import { readAll } from './input-file.ts';
import { safeText } from './output/safe.ts';
import { programName } from './program-name.ts';
import { readPreferences } from './preferences.ts';
import { canBeDrawnOn, type Views } from './views.ts';

/** Milliseconds to wait for a reader that is slower than we are, when its pipe does not let us block. */
const FULL_PIPE_WAIT = 5;

function write(fd: number, text: string | Uint8Array): void {
  let bytes: Uint8Array = typeof text === 'string' ? Buffer.from(text) : text;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader has gone, as `| head` does: nothing is left to say.
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT);
    }
  }
}

function stdinText(): Promise<string> {
  if (process.stdin.isTTY)
    write(2, 'Reading from the terminal; Ctrl-D on a line of its own ends the text.\n');
  return readAll(process.stdin, 'Standard input');
}

function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    controller.abort(new BgtaskError('Interrupted', 'Interrupted.'));
    // Listeners that are called after this one look whether another listener takes care; a second signal ends the process.
    setImmediate(() => process.off(name, stop));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Printed after a connection error if the kubeconfig chose the engine and the user did not. */
const WAY_OUT = 'To work on this machine: --engine=local. For all commands: bgtask config set engine local';

interface Talk {
  warn: (sentence: string) => void;
  say: (sentence: string) => void;
}

/**
 * The engines of a process, each made once and when it is asked for. A cluster that is found and lacks our kinds gives way to this machine, which is
 * said, unless `asFound` wants it as it is.
 */
function engineMaker(env: NodeJS.ProcessEnv, command: readonly string[], { warn, say }: Talk) {
  const engines = new Map<string, Promise<Engine>>();
  const made = (kind: Engine['kind'], options: GlobalOptions): Promise<Engine> => {
    const engine = engines.get(kind) ?? makeEngine(kind, options, { env, command, onProblem: warn });
    engines.set(kind, engine);
    return engine;
  };
  const orLocal = async (cluster: Engine, options: GlobalOptions): Promise<Engine> => {
    const { hasKinds } = await import('./known-cluster.ts');
    if (!cluster.cluster || (await hasKinds(cluster.cluster, env))) return cluster;
    say(
      `The cluster ${JSON.stringify(cluster.cluster.place.name)} does not have bgtask: working on this machine. To choose: --engine, or bgtask config set engine`,
    );
    return made('local', options);
  };
  let found: Promise<Engine> | undefined;
  return (options: GlobalOptions, asFound = false): Promise<Engine> => {
    const { kind, isAsked } = engineChoice(options, env);
    const engine = made(kind, options);
    if (isAsked || asFound || kind === 'local') return engine;
    return (found ??= engine.then((cluster) => orLocal(cluster, options)));
  };
}

export interface ProcessOptions {
  /** The executable and arguments that run this very program. */
  command: readonly string[];
  /** Loads the views on this process's terminal; absent where lines are wanted anyway. */
  views?: () => Promise<Views>;
}

const now = (): Date => new Date();

/** The context of a real process. */
export function processContext({ command, views }: ProcessOptions, env = process.env): CliContext {
  let signal: AbortSignal | undefined;
  let quiet = false;
  let isFound = false;
  const called: Called = { program: programName(env, process.argv[1], process.cwd()), place: '' };
  const warn = (line: string): void => write(2, `warning: ${safeText(asCalled(line, called))}\n`);
  const say = (line: string): void => (quiet ? undefined : write(2, `${safeText(asCalled(line, called))}\n`));
  const engine = engineMaker(env, command, { warn, say });
  const isTerminal = process.stdout.isTTY || process.stderr.isTTY;
  const ci = isTerminal ? undefined : ciOutput({ env, now, write: (text) => write(2, text) });
  return {
    program: called.program,
    set place(flags: string) {
      called.place = flags;
    },
    get place() {
      return called.place;
    },
    env,
    command,
    out: (text) => write(1, text),
    say,
    warn,
    err: (text) => write(2, safeText(text)),
    hush: () => void (quiet = true),
    stdinText,
    stdoutIsTerminal: process.stdout.isTTY ?? false,
    stderrIsTerminal: process.stderr.isTTY ?? false,
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    ...(views && canBeDrawnOn({ stdin: process.stdin, stdout: process.stdout, env }) && { views }),
    ...(ci && { ci }),
    now,
    get signal() {
      return (signal ??= interruptSignal());
    },
    engine(options, asFound) {
      const choice = engineChoice(options, env);
      isFound ||= choice.kind === 'kubernetes' && !choice.isAsked;
      return engine(options, asFound);
    },
    get wayOut() {
      return isFound ? WAY_OUT : undefined;
    },
    choice: (options) => engineChoice(options, env),
    reader: (options) => (engineChoice(options, env).kind === 'local' ? localReader(env) : engine(options)),
    async project(options) {
      const named = options.namespace ?? (env['BGTASK_PROJECT'] || readPreferences(env).project);
      const project = named ?? (await engine(options)).defaultProject;
      checkProject(project);
      return project;
    },
  };
}

interface EngineOptions {
  env: NodeJS.ProcessEnv;
  command: readonly string[];
  onProblem: (sentence: string) => void;
}

async function makeEngine(kind: string, flags: GlobalOptions, options: EngineOptions): Promise<Engine> {
  if (kind === 'local') return (await import('../engine/local/local-engine.ts')).localEngine(options);
  const { kubernetesEngine } = await import('../engine/kubernetes/kubernetes-engine.ts');
  const { kubeconfig, context, as: user, requestTimeout } = flags;
  const engine = await kubernetesEngine({
    env: options.env,
    onWarning: options.onProblem,
    ...(kubeconfig && { kubeconfig }),
    ...(context && { context }),
    ...(user && { impersonate: { user } }),
    ...(requestTimeout && { requestTimeoutMs: parseDuration(requestTimeout, '--request-timeout') }),
  });
  if (engine) return engine;
  throw new BgtaskError('Unavailable', 'No cluster is configured.', {
    hint: 'Name one with --kubeconfig or --context, or work on this machine: --engine=local',
  });
}

const readOnly = (): Promise<never> => Promise.reject(new BgtaskError('Forbidden', 'This store only reads.'));

async function localReader(env: NodeJS.ProcessEnv): Promise<Reader> {
  const [{ FileStore }, { localPaths }] = await Promise.all([
    import('../engine/local/store/file-store.ts'),
    import('../engine/local/paths.ts'),
  ]);
  return {
    store: new FileStore({ root: localPaths(env).state, validate: readOnly }),
    defaultProject: 'default',
  };
}
