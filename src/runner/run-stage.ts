import { randomUUID } from 'node:crypto';
import { deadlineMessage, marginOf } from '../domain/deadline.ts';
import { messageOf } from '../domain/errors.ts';
import { StageError } from '../domain/reasons.ts';
import { failedReport, type Stage, type StageReport } from '../domain/report.ts';
import { DEFAULT_TIMEOUT } from '../domain/task.ts';
import type { RunnerInput } from '../engine/runner-input.ts';
import { ranSince } from '../engine/running-time.ts';
import { closedNetwork } from './closed-network.ts';
import { withFreshToken } from './forge-token.ts';
import { withPodGateway } from './gateway/pod-access.ts';
import { podBegan } from './pod-clock.ts';
import { missingSecret } from './missing-secret.ts';
import { COOKIE_ENV } from '../domain/process-cookie.ts';
import {
  readInput,
  secretValues,
  type StageContext,
  stagePaths,
  type StageSecrets,
  writeReport,
} from './stage-context.ts';
import { stageLog } from './stage-log.ts';
import { trustAuthorities } from './trusted-authorities.ts';

type Run = (context: StageContext) => Promise<StageReport>;

/** The stages, each loaded when it is run. */
const STAGE_PROGRAMS: Record<Stage, () => Promise<Run>> = {
  clone: async () => (await import('./clone.ts')).clone,
  work: async () => (await import('./work.ts')).work,
  prove: async () => (await import('./prove.ts')).prove,
  publish: async () => (await import('./publish.ts')).publish,
};

/** Loads a stage's program, so that it begins at once when it is run. */
export async function loadStage(stage: Stage): Promise<void> {
  await STAGE_PROGRAMS[stage]();
}

/** Exit code of a stage that failed with a report. */
const FAILED = 1;
/** The longest delay of a timer, in milliseconds; longer ones fire at once. */
const MAX_DELAY = 2_147_483_647;
/** Bytes of log if the input, which states the limit, cannot be read. */
const LOG_BYTES = 65_536;

/** The input with the deadline as this machine's clock has it now: the clock may have been set, and the machine may have slept. */
function counted(input: RunnerInput): RunnerInput {
  const ran = ranSince(input.began);
  if (ran === undefined) return input;
  const left = (input.spec.timeout ?? DEFAULT_TIMEOUT) * 1000 - ran;
  return { ...input, deadline: new Date(Date.now() + left).toISOString() };
}

/**
 * Aborts shortly before the task's deadline, when the process is told to end, and on an uncaught error or an unhandled rejection: the stage then
 * ends the processes that it started and says why, instead of leaving them behind.
 */
function endSignal(stage: Stage, input: RunnerInput): { signal: AbortSignal; release: () => void } {
  const timeout = input.spec.timeout ?? DEFAULT_TIMEOUT;
  const controller = new AbortController();
  const left = Date.parse(input.deadline) - marginOf(timeout) - Date.now();
  const late = new StageError('DeadlineExceeded', deadlineMessage(timeout));
  // A deadline that is not a date counts as passed: setTimeout takes NaN for 1.
  const timer = setTimeout(() => controller.abort(late), Math.min(Math.max(0, left), MAX_DELAY));
  const stop = (): void => controller.abort(new StageError('Cancelled', 'The task was stopped.'));
  const crash = (error: unknown): void =>
    controller.abort(
      new StageError('RunnerLost', `The ${stage} stage failed: ${messageOf(error)}`, { cause: error }),
    );
  const handlers = {
    SIGTERM: stop,
    SIGINT: stop,
    // Without a listener, Node starts its debugger on this signal, and the agent, which runs as the same user, could send it.
    SIGUSR1: () => undefined,
    uncaughtException: crash,
    unhandledRejection: crash,
  };
  for (const [event, handler] of Object.entries(handlers)) process.on(event, handler);
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      for (const [event, handler] of Object.entries(handlers)) process.off(event, handler);
    },
  };
}

/**
 * Waits for SIGTERM. On a cluster a stage that is out of time writes its report and stays, so that the Job's own deadline ends the Job: then the Job's
 * status says DeadlineExceeded.
 */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 1000);
    process.once('SIGTERM', () => {
      clearInterval(alive);
      resolve();
    });
  });
}

/** What a failed stage can still say besides its sentence. */
function failure(stage: Stage, error: unknown, clean: (text: string) => string): StageReport {
  const known = error instanceof StageError;
  const report = failedReport(
    stage,
    0,
    known ? error.reason : 'RunnerLost',
    clean(known ? error.message : `The ${stage} stage failed: ${messageOf(error)}`),
  );
  const more = error as Partial<Pick<StageReport, 'usage' | 'checks' | 'repo'>>;
  return {
    ...report,
    usage: more.usage,
    repo: more.repo,
    ...(more.checks?.length && { checks: more.checks }),
  };
}

/** By the cookie what an agent or check leaves behind is found and ended. The local engine hands one down; in a pod the stage makes its own. */
const marked = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  [COOKIE_ENV]: env[COOKIE_ENV] || randomUUID(),
});

/** Runs one stage: reads its input, works, and writes its termination message whatever happens. Returns the process's exit code. */
export async function runStage(
  stage: Stage,
  secrets: StageSecrets,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const paths = stagePaths(stage, env);
  const values = secretValues(secrets);
  let held = secrets;
  let log = stageLog(values, LOG_BYTES);
  let end: ReturnType<typeof endSignal> | undefined;
  let input: RunnerInput | undefined;
  try {
    input = await readInput(paths.input);
    const began = env['BGTASK_CLOCK'] === 'pod' ? await podBegan(stage, paths) : input.began;
    input = counted({ ...input, began });
    trustAuthorities(env);
    log = stageLog(values, input.limits.logBytes);
    end = endSignal(stage, input);
    const { signal } = end;
    const run = await STAGE_PROGRAMS[stage]();
    signal.throwIfAborted();
    held = await withPodGateway(stage, secrets, { env, signal });
    const say = (line: string): void => log.line(line);
    const own = await withFreshToken(stage, { input, secrets: held, env, signal, log: say });
    log = stageLog([...values, ...secretValues(own)], input.limits.logBytes);
    signal.throwIfAborted();
    const context = { stage, input, secrets: own, paths, log, signal, env: marked(env) };
    await writeReport(paths.report, await run(context));
    return 0;
  } catch (error) {
    const cause = end?.signal.aborted ? withFacts(end.signal.reason, error) : error;
    const report = failure(stage, cause, (text) => log.clean(text));
    if (input && cause instanceof StageError) {
      const missing = await missingSecret({ input, secrets: held, env, error: cause });
      const hint = missing ?? closedNetwork(env, cause);
      if (hint) report.error = `${(report.error ?? '').replace(/[^.]$/, '$&.')} ${hint}`;
    }
    log.line(report.error ?? '');
    await writeReport(paths.report, report);
    if (report.reason === 'DeadlineExceeded' && env['BGTASK_LINGER'] === '1') await toldToEnd();
    return FAILED;
  } finally {
    log.end();
    end?.release();
  }
}

/** The reason of an abort, with what the interrupted work had come to. */
function withFacts(reason: unknown, error: unknown): unknown {
  if (!(reason instanceof StageError) || !(error instanceof StageError)) return reason;
  const { usage, checks, repo } = error as Partial<Pick<StageReport, 'usage' | 'checks' | 'repo'>>;
  return Object.assign(new StageError(reason.reason, reason.message), { usage, checks, repo });
}
