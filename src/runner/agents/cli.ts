import { redactor } from '../../domain/redact.ts';
import { ModelUnavailableError, StageError } from '../../domain/reasons.ts';
import { clip, plainText } from '../../domain/text.ts';
import { CUT_MARK } from '../process-output.ts';
import { type ProcessOptions, type ProcessOutcome, runProcess } from '../process.ts';
import type { Agent, AgentRequest } from './agent.ts';

/** A coding agent's command-line program. */
export interface Cli {
  /** What people call it, e.g. `Claude Code`. */
  title: string;
  /** Its name on the PATH. */
  binary: string;
  /** The environment variable with the path of another binary. */
  variable: string;
  /** The command that installs it. */
  install: string;
}

export interface CliCall {
  /** Never a secret, never the prompt: other users can read them, and they are limited to 128 KiB each (execve(2)). */
  args: readonly string[];
  /** Switches added to the request's environment. */
  env?: Readonly<Record<string, string>>;
  /** Standard input; /dev/null when absent. */
  input?: string;
  /** Gets each line of standard output that was not cut. Standard error and cut lines go to the log. */
  onLine(line: string): void;
  /** True once the program said its last word. When it then stays silent for `exitGrace` seconds, it is ended. */
  finished(): boolean;
  exitGrace: number;
  /** Ends the program early, for a reason that `onLine` found. */
  stop?: AbortSignal;
}

/** The outcome of a program that was started and not aborted by the request. */
export interface CliOutcome extends ProcessOutcome {
  /** The last line of standard error that is not empty; empty without one. */
  lastWords: string;
}

/** Exit code of a shell, or a sandbox, whose program got SIGKILL. */
const KILLED = 137;
/** Characters of a line: the model's longest answer (128 Ki tokens) fits in, as JSON. */
const MAX_LINE = 4 * 1024 * 1024;

/** Runs a process of an agent in the agent's room. */
export const runAgentProcess = ({ room }: AgentRequest, options: ProcessOptions): Promise<ProcessOutcome> =>
  runProcess(room.enter(options));

/**
 * Runs an agent's program in the checkout. Rejects with a StageError when it cannot be started, and when the request was
 * aborted: then with the signal's own reason when that is a StageError, so that the caller's words reach the user.
 */
export async function runCli(cli: Cli, request: AgentRequest, call: CliCall): Promise<CliOutcome> {
  const chosen = request.env[cli.variable] || undefined;
  const hung = new AbortController();
  const silent = new AbortController();
  const { silence } = request;
  const listen = (): NodeJS.Timeout | undefined =>
    silence === undefined ? undefined : setTimeout(() => silent.abort(), silence * 1000);
  let timer: NodeJS.Timeout | undefined;
  let quiet = listen();
  let lastWords = '';
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    if (stream === 'stderr') {
      if (line.trim() !== '') lastWords = line.trim();
      request.log(line);
    } else if (line.endsWith(CUT_MARK)) {
      request.log(`[${cli.title} printed a line too long to read: left out]`);
    } else {
      call.onLine(line);
    }
    clearTimeout(quiet);
    quiet = listen();
    clearTimeout(timer);
    if (call.finished()) timer = setTimeout(() => hung.abort(), call.exitGrace * 1000);
  };
  const outcome = await runAgentProcess(request, {
    command: chosen ?? cli.binary,
    args: call.args,
    cwd: request.cwd,
    env: { ...request.env, ...call.env },
    input: call.input,
    onLine,
    maxLine: MAX_LINE,
    signal: AbortSignal.any([request.signal, hung.signal, silent.signal, ...(call.stop ? [call.stop] : [])]),
  });
  clearTimeout(timer);
  clearTimeout(quiet);
  throwIfAborted(request.signal);
  if (silent.signal.aborted && !call.finished())
    throw new StageError(
      'AgentSilent',
      `${cli.title} printed nothing for ${silence} s, so it was ended. A setting (agents.silence) allows more.`,
    );
  if (outcome.startError !== undefined) throw notStarted(cli, chosen, outcome);
  return { ...outcome, lastWords };
}

/** Throws the StageError of a request that was aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof StageError) throw signal.reason;
  throw new StageError('AgentFailed', 'The agent was stopped before it ended.');
}

function notStarted(cli: Cli, chosen: string | undefined, outcome: ProcessOutcome): StageError {
  if (!outcome.notFound) {
    return new StageError('AgentFailed', `${cli.title} could not be started. ${outcome.startError ?? ''}`);
  }
  const missing = chosen
    ? `${cli.variable} names ${chosen}, which does not exist`
    : `there is no program ${cli.binary} on the PATH`;
  const fix = `Install it there, on a cluster in the image (${cli.install}), or set ${cli.variable} to its path.`;
  return new StageError(
    'AgentFailed',
    `${cli.title} is not installed where the task ran: ${missing}. ${fix}`,
  );
}

/** The sentence for a program that ended without the result that its output should have had. */
export function withoutResult(cli: Cli, outcome: CliOutcome): StageError {
  const words = outcome.lastWords === '' ? '' : ` It last said: ${brief(outcome.lastWords)}`;
  if (outcome.signal === 'SIGKILL' || outcome.exitCode === KILLED) {
    const sentence = `${cli.title} was killed (SIGKILL) before it gave a result; the usual cause is too little memory.${words}`;
    return new StageError('AgentFailed', sentence);
  }
  const end = outcome.signal
    ? `was ended by ${outcome.signal}`
    : `exited with code ${outcome.exitCode ?? 'unknown'}`;
  return new StageError(
    'AgentFailed',
    `${cli.title} ${end} without a result.${words} The log has its output.`,
  );
}

/** A text as one line of at most 300 characters, for sentences and the log. */
export const brief = (text: string): string => clip(plainText(text).replace(/\s+/g, ' ').trim(), 300);

/** The most that an agent's summary has: see AgentResult. */
export const MAX_SUMMARY = 4096;

/** The agent, with its keys taken out of whatever it logs, answers and throws. */
export function discreet(agent: Agent): Agent {
  return {
    ...agent,
    async run(request) {
      const clean = redactor(agent.keys.flatMap((key) => request.env[key] ?? []));
      try {
        const result = await agent.run({ ...request, log: (line) => request.log(clean(line)) });
        return result.summary === undefined
          ? result
          : { ...result, summary: clip(clean(result.summary), MAX_SUMMARY) };
      } catch (error) {
        if (!(error instanceof StageError)) throw error;
        const { reason, cause } = error;
        const message = clean(error.message);
        if (error instanceof ModelUnavailableError)
          throw new ModelUnavailableError(message, error.until, { cause });
        throw new StageError(reason, message, { cause });
      }
    },
  };
}
