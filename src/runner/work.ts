import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult, Usage } from '../api/types.ts';
import { generatingProgress, STEP } from '../domain/progress.ts';
import { StageError } from '../domain/reasons.ts';
import type { StageReport } from '../domain/report.ts';
import { agentOf, DEFAULT_REPAIRS } from '../domain/task.ts';
import { isProven, isWorse, verdictOf } from '../domain/verdict.ts';
import type { Agent } from './agents/agent.ts';
import { loadAgent } from './agents/table.ts';
import { agentEnv, untrustedEnv } from './environment.ts';
import { git } from './git.ts';
import { furnishHome } from './home/furnish.ts';
import { firstPrompt, repairPrompt } from './prompt.ts';
import { Snapshots } from './snapshot.ts';
import type { Snapshot } from './survey.ts';
import { inWorkspace, type StageContext, writeReport } from './stage-context.ts';
import { openTemporary } from './temporary.ts';
import { addUsage } from './usage.ts';
import { BaseRuns } from './work/base-runs.ts';
import { checkChange } from './work/check-change.ts';
import { type CheckRun, CheckRunner } from './work/check-runner.ts';
import { closeWithFailures, failureSentence } from './work/failure-words.ts';
import { UnprovenError, WorkError } from './work/work-error.ts';
import { Workspace } from './work/workspace.ts';

/** What the work stage carries from step to step. */
interface Work {
  context: StageContext;
  agent: Agent;
  /** The environment of untrusted programs. */
  clean: Record<string, string>;
  workspace: Workspace;
  snapshots: Snapshots;
  runner: CheckRunner;
  baseRuns: BaseRuns;
  base: string;
  usage: Usage;
  /** The results of the last round, as far as it came. */
  checks: CheckResult[];
  session?: string;
  summary?: string;
}

/**
 * The work stage: dependencies, agent, formatters, snapshot, checks; failing checks go back to the agent. Untrusted: it holds no git
 * credential, and what it hands over (a pack and a report) is data.
 */
export async function work(context: StageContext): Promise<StageReport> {
  const { paths } = context;
  const place = inWorkspace(paths.workspace);
  await mkdir(join(paths.workspace, 'out'), { recursive: true, mode: 0o700 });
  await furnishHome(place.home, context.env);
  const temporary = await openTemporary(context.env, place.tmp);
  const job = await begin(context, temporary.path);
  try {
    const report = await makeChange(job);
    await writeReport(place.report, report);
    return report;
  } catch (error) {
    throw new WorkError(error, job);
  } finally {
    await temporary.close();
  }
}

async function begin(context: StageContext, tmp: string): Promise<Work> {
  const { input, paths, env, signal } = context;
  const place = inWorkspace(paths.workspace);
  const agent = await loadAgent(agentOf(input).type);
  const base = await git(['rev-parse', '--verify', 'HEAD^{commit}'], { gitDir: place.base });
  const clean = untrustedEnv({ env, home: place.home, tmp, pass: input.passEnv });
  const runner = new CheckRunner(context, clean);
  const snapshots = new Snapshots({
    gitDir: place.base,
    workTree: place.checkout,
    modules: place.modules,
    lfs: place.lfs,
    base,
    instructions: input.spec.prompt ?? '',
    fileBytes: input.limits.fileBytes,
    signal,
  });
  const workspace = new Workspace(context, runner, snapshots, base);
  const baseRuns = new BaseRuns(context, runner, base);
  return { context, agent, clean, workspace, snapshots, runner, baseRuns, base, usage: {}, checks: [] };
}

async function makeChange(job: Work): Promise<StageReport> {
  const { workspace, snapshots, context } = job;
  await snapshots.begin();
  await workspace.prepare();
  const prompt = context.input.spec.prompt ?? '';
  await runAgent(job, firstPrompt(prompt, workspace.checks));
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
  const runs = failed ? [failed] : await checksOf(job, snapshot);
  if (failed) job.checks = [...workspace.formatResults, failed.result];
  const formatted = failed ? undefined : await workspace.withAllFormatting(job.checks);
  if (!formatted) return { snapshot, runs };
  const before = job.checks;
  const again = await checksOf(job, formatted);
  if (again.some(({ result }) => isWorse(result))) {
    await workspace.resetTo(snapshot);
    job.checks = before;
    return { snapshot, runs };
  }
  return { snapshot: formatted, runs: again };
}

/** Runs the checks; what came of each is known to the job at once, should it be interrupted. */
async function checksOf(job: Work, snapshot: Snapshot): Promise<CheckRun[]> {
  job.checks = [...job.workspace.formatResults];
  return checkChange(job, snapshot, ({ result }) => job.checks.push(result));
}

/** A codemod would do the same again, so its failures go back to it only when the task asks for that. */
const repairsOf = ({ agent, context }: Work): number =>
  context.input.spec.repairs ?? (agent.repairs ? DEFAULT_REPAIRS : 0);

async function runAgent(job: Work, prompt: string): Promise<void> {
  const { context, agent } = job;
  const { input, paths, log, signal, env, secrets } = context;
  const place = inWorkspace(paths.workspace);
  const spec = agentOf(input);
  const before = job.usage;
  log.step('generating', `agent ${agent.name}${spec.model ? `, model ${spec.model}` : ''}`);
  const result = await agent.run({
    prompt,
    spec,
    cwd: place.checkout,
    env: agentEnv(job.clean, agent, env, secrets.modelKeys ?? {}),
    budgetLeftUSD:
      spec.maxBudgetUSD === undefined ? undefined : Math.max(0, spec.maxBudgetUSD - (before.costUSD ?? 0)),
    session: job.session,
    signal,
    log: (line) => log.line(line),
    progress: (usage) => {
      job.usage = addUsage(before, usage);
      log.event({ progress: generatingProgress(job.usage.turns ?? 0), usage: job.usage });
    },
  });
  signal.throwIfAborted();
  job.usage = addUsage(before, result.usage);
  job.session = result.session ?? job.session;
  job.summary = result.summary ?? job.summary;
  log.step('generated');
}

const reportOf = (job: Work): StageReport => ({
  stage: 'work',
  ok: true,
  progress: STEP.validated.progress,
  base: job.base,
  usage: job.usage,
  summary: job.summary && job.context.log.clean(job.summary),
});

function unchanged(job: Work): StageReport {
  job.context.log.line('The agent changed nothing');
  return { ...reportOf(job), changed: false };
}

/** The report of a change that made nothing worse, with what that proves. Throws where a proof is demanded and there is none. */
async function finished(job: Work, snapshot: Snapshot): Promise<StageReport> {
  const { context, snapshots, checks } = job;
  const verdict = verdictOf(checks);
  context.log.line(verdict.message);
  if (!isProven(verdict) && context.input.proof === 'required') throw new UnprovenError(verdict);
  await snapshots.pack(snapshot.commit, inWorkspace(context.paths.workspace).pack);
  context.log.step(isProven(verdict) ? 'validated' : 'unproven');
  return { ...reportOf(job), changed: true, snapshot: snapshot.commit, checks, verdict };
}
