import { writeSync } from 'node:fs';
import { basename } from 'node:path';
import { BgtaskError } from '../domain/errors.ts';
import { checkProject } from '../domain/input.ts';
import type { Engine } from '../engine/engine.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { safeText } from './output/safe.ts';

/** Characters that standard input may hold: an object of some thousand lines. */
const STDIN_MAX = 3_145_728;

/** kubectl runs a plugin as `kubectl-bgtask`, and help should name what the person typed. */
const programName = (env: NodeJS.ProcessEnv): string => (basename(env['BGTASK_PROGRAM'] ?? '').startsWith('kubectl') ? 'kubectl bgtask' : 'bgtask');

function write(fd: number, text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader has gone, as `| head` does: nothing is left to say.
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
    }
  }
}

async function stdinText(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    size += (chunk as Buffer).length;
    if (size > STDIN_MAX) throw new BgtaskError('TooLarge', `Standard input has more than ${STDIN_MAX} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new BgtaskError('Interrupted', 'Interrupted.'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return controller.signal;
}

/** The context of a real process. */
export function processContext(command: readonly string[], env: NodeJS.ProcessEnv = process.env): CliContext {
  let signal: AbortSignal | undefined;
  const quiet = process.argv.includes('-q') || process.argv.includes('--quiet');
  const engines = new Map<string, Promise<Engine>>();
  const engine = (options: GlobalOptions): Promise<Engine> => {
    const kind = options.engine ?? env['BGTASK_ENGINE'] ?? 'local';
    const known = engines.get(kind);
    if (known) return known;
    const made = makeEngine(kind, env, command);
    engines.set(kind, made);
    return made;
  };
  return {
    program: programName(env),
    env,
    command,
    out: (text) => write(1, text),
    say: (line) => (quiet ? undefined : write(2, `${safeText(line)}\n`)),
    warn: (line) => write(2, `warning: ${safeText(line)}\n`),
    stdinText,
    stdoutIsTerminal: process.stdout.isTTY ?? false,
    stderrIsTerminal: process.stderr.isTTY ?? false,
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    now: () => new Date(),
    get signal() {
      return (signal ??= interruptSignal());
    },
    engine,
    async project(options) {
      const project = options.namespace ?? env['BGTASK_PROJECT'] ?? (await engine(options)).defaultProject;
      checkProject(project);
      return project;
    },
  };
}

async function makeEngine(kind: string, env: NodeJS.ProcessEnv, command: readonly string[]): Promise<Engine> {
  if (kind === 'local') {
    const { localEngine } = await import('../engine/local/local-engine.ts');
    return localEngine({ env, command, onProblem: (problem) => write(2, `warning: ${safeText(problem)}\n`) });
  }
  throw new BgtaskError('Usage', `The engine "${kind}" is not in this version.`, { hint: 'Use --engine=local.' });
}
