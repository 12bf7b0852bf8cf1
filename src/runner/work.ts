import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../api/types.ts';
import { OUTPUT_MAX } from '../domain/kept-change.ts';
import { STEP } from '../domain/progress.ts';
import { StageError } from '../domain/reasons.ts';
import type { StageReport } from '../domain/report.ts';
import { agentOf, DEFAULT_REPAIRS } from '../domain/task.ts';
import { clip } from '../domain/text.ts';
import { isWorse } from '../domain/verdict.ts';
import { loadAgent } from './agents/table.ts';
import { continuePrompt, failureOutput, firstPrompt, repairPrompt } from './prompt.ts';
import type { Snapshot } from './survey.ts';
import { inWorkspace, type StageContext, writeReport } from './stage-context.ts';
import { checkChange } from './work/check-change.ts';
import type { CheckRun } from './work/check-runner.ts';
import { closeWithFailures, failureSentence } from './work/failure-words.ts';
import { continueChange } from './work/continue-change.ts';
import { changeHandover } from './work/hand-over-change.ts';
import type { Work } from './work/job.ts';
import { judge } from './work/judge.ts';
import { openTools } from './work/open-tools.ts';
import { type AboutChange, ChangeKeeper } from './work/keep-change.ts';
import { AgentRetry } from './work/agent-retry.ts';
import { runAgent } from './work/run-agent.ts';
import { WorkError } from './work/work-error.ts';

/** Milliseconds that keeping the change of a task that ends may take. */
const KEEP_TIME = 20_000;

/**
 * The work stage: dependencies, agent, formatters, snapshot, checks; failing checks go back to the agent. Untrusted: it holds no git
 * credential, and what it hands over (a pack and a report) is data.
 */
export async function work(context: StageContext): Promise<StageReport> {
  const { paths } = context;
  const place = inWorkspace(paths.workspace);
  await mkdir(join(paths.workspace, 'out'), { recursive: true, mode: 0o700 });
  const job = await begin(context);
  try {
    const report = await makeChange(job);
    await writeReport(place.report, report);
    return report;
  } catch (error) {
    const failure = new WorkError(error, job);
    if (job.begun) await keepRest(job, failure);
    throw failure;
  } finally {
    await job.close();
  }
}

async function begin(context: StageContext): Promise<Work> {
  const { input, paths, signal } = context;
  const agent = await loadAgent(agentOf(input).type);
  const tools = await openTools(context, agent);
  const { home } = inWorkspace(paths.workspace);
  const keeper = new ChangeKeeper(paths.workspace, tools.snapshots, tools.base, {
    conversation: (session) => agent.conversations?.find(home, session) ?? Promise.resolve(undefined),
    ...(context.env['BGTASK_CHANGE'] === 'log' && {
      onLeft: changeHandover(context.log),
    }),
  });
  const agentRetry = new AgentRetry({
    seconds: input.limits.modelWaitSeconds ?? 0,
    deadline: new Date(input.deadline),
    log: context.log,
    signal,
  });
  return { ...tools, agent, keeper, agentRetry, usage: {}, checks: [], begun: false };
}

const aboutOf = ({ agent, session, summary, context }: Work): AboutChange => ({
  agent: agent.name,
  ...(session && { session }),
  ...(summary && { summary: context.log.clean(summary) }),
});

/** True when an earlier task's change is in the checkout and is to be published as it is. */
const isMade = ({ earlier, context }: Work): boolean =>
  earlier !== undefined && context.input.continues?.isMade === true;

/** The agent's first run. A conversation of an earlier task that its program does not find is begun again. */
async function runFirst(job: Work): Promise<void> {
  const { session } = job;
  try {
    await runAgent(job, promptOf(job));
  } catch (error) {
    const isLost = error instanceof StageError && error.reason === 'AgentFailed' && !job.usage.turns;
    if (session === undefined || !isLost || job.context.signal.aborted) throw error;
    job.context.log.line(`The earlier conversation cannot be continued: ${error.message}`);
    job.session = undefined;
    await runAgent(job, promptOf(job));
  }
}

/** What the agent is told first; of an earlier attempt whose change is in the checkout, how that ended. */
function promptOf({ earlier, workspace, context }: Work): string {
  const { spec, continues } = context.input;
  const prompt = firstPrompt(spec.prompt ?? '', workspace.checks);
  return earlier ? continuePrompt(prompt, { ...continues, output: earlier.failure?.output }) : prompt;
}

/** Keeps the change of a task that fails or is ended. The task's own signal may have aborted, so there is a time of its own for it. */
async function keepRest(job: Work, { reason, message }: WorkError): Promise<void> {
  const { log, signal } = job.context;
  const cause: unknown = signal.aborted ? signal.reason : undefined;
  const [why, error] = cause instanceof StageError ? [cause.reason, cause.message] : [reason, message];
  const output = job.failures && clip(log.clean(job.failures), OUTPUT_MAX);
  const about = {
    ...aboutOf(job),
    failure: { reason: why, error: log.clean(error), ...(output && { output }) },
  };
  const limits = {
    signal: AbortSignal.timeout(KEEP_TIME),
    isStopped: why === 'Cancelled',
    log: (line: string) => log.line(line),
  };
  await job.keeper.keepRest(job.last, about, limits);
}

async function makeChange(job: Work): Promise<StageReport> {
  const { workspace, snapshots, context } = job;
  await snapshots.begin();
  await workspace.prepare();
  const prompt = context.input.spec.prompt ?? '';
  await continueChange(job);
  if (!isMade(job)) await runFirst(job);
  let rounds = repairsOf(job);
  let failure: string | undefined;
  for (;;) {
    const round = await checkRound(job);
    if (round.snapshot.paths.length === 0) {
      if (failure === undefined) return unchanged(job);
      throw new StageError('ValidationFailed', `${failure}; the agent then took its change back`);
    }
    const failed = round.runs.filter(({ result }) => isWorse(result));
    const [first] = failed;
    if (!first) return finished(job, round.snapshot);
    failure = failureSentence(first, context);
    job.failures = failureOutput(failed);
    if (rounds-- <= 0) {
      closeWithFailures(context, failed);
      throw new StageError('ValidationFailed', failure);
    }
    context.log.line(
      `${failed.length} of ${round.runs.length} checks failed; their output goes back to the agent (${rounds} more tries after this)`,
    );
    await runAgent(job, repairPrompt(prompt, failed, job.session !== undefined));
  }
}

/** Formatters, snapshot and checks of what the agent left. */
async function checkRound(job: Work): Promise<{ snapshot: Snapshot; runs: CheckRun[] }> {
  const { workspace, context } = job;
  const { snapshot, failed } = await workspace.finish();
  const count = snapshot.paths.length;
  if (count === 0) return { snapshot, runs: [] };
  context.log.line(`The change has ${count} file${count === 1 ? '' : 's'}`);
  await noteSnapshot(job, snapshot);
  const runs = failed ? [failed] : await checksOf(job, snapshot);
  if (failed) job.checks = [...workspace.ownResults, failed.result];
  const formatted = failed ? undefined : await workspace.withAllFormatting(job.checks);
  if (!formatted) return { snapshot, runs };
  const before = job.checks;
  const again = await checksOf(job, formatted);
  if (again.some(({ result }) => isWorse(result))) {
    await workspace.resetTo(snapshot);
    await noteSnapshot(job, snapshot);
    job.checks = before;
    return { snapshot, runs };
  }
  await noteSnapshot(job, formatted);
  return { snapshot: formatted, runs: again };
}

/** Keeps a snapshot before the checks run on it: whatever ends the task from here on, its change is not lost. */
async function noteSnapshot(job: Work, snapshot: Snapshot): Promise<void> {
  job.last = snapshot;
  await job.keeper.keep(snapshot, aboutOf(job));
}

/**
 * Runs the checks; what came of each is known to the job at once, should it be interrupted. Where a later stage proves the change, they only tell the
 * agent what to repair.
 */
async function checksOf(job: Work, snapshot: Snapshot): Promise<CheckRun[]> {
  if (isProvedLater(job) && repairsOf(job) === 0) return [];
  job.checks = [...job.workspace.ownResults];
  const note = (result: CheckResult): unknown => job.checks.push(result);
  try {
    const failed = await job.workspace.enterChange(snapshot);
    if (!failed) return await checkChange(job, snapshot, note);
    note(failed.result);
    return [failed];
  } finally {
    await job.phases.enter('agent');
  }
}

/** A codemod would do the same again, so its failures go back to it only when the task asks for that. */
const repairsOf = ({ agent, context }: Work): number =>
  context.input.spec.repairs ?? (agent.repairs ? DEFAULT_REPAIRS : 0);

const reportOf = (job: Work): StageReport => ({
  stage: 'work',
  ok: true,
  progress: STEP.validated.progress,
  base: job.base,
  usage: job.usage,
  summary: job.summary && job.context.log.clean(job.summary),
});

async function unchanged(job: Work): Promise<StageReport> {
  await job.keeper.nothing('The agent changed nothing.');
  job.context.log.line('The agent changed nothing');
  return { ...reportOf(job), changed: false };
}

/** The report of a change that made nothing worse, with what that proves. Throws where a proof is demanded and there is none. */
async function finished(job: Work, snapshot: Snapshot): Promise<StageReport> {
  const { context, snapshots, checks } = job;
  const judged = isProvedLater(job) ? {} : judge(job, checks);
  await snapshots.pack(snapshot.commit, inWorkspace(context.paths.workspace).pack);
  return { ...reportOf(job), ...judged, changed: true, snapshot: snapshot.commit };
}

/** True in a pod: the stage after this one proves the change, in a container where the agent was not. */
const isProvedLater = ({ context }: Work): boolean => context.env['BGTASK_PROVED_BY'] === 'prove';
