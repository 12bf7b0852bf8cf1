import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult, Usage } from '../api/types.ts';
import { messageOf } from '../domain/errors.ts';
import { generatingProgress, STEP } from '../domain/progress.ts';
import { StageError } from '../domain/reasons.ts';
import type { StageReport } from '../domain/report.ts';
import { agentOf, DEFAULT_REPAIRS } from '../domain/task.ts';
import type { Agent } from './agents/agent.ts';
import { loadAgent } from './agents/table.ts';
import { agentEnv, untrustedEnv } from './environment.ts';
import { git } from './git.ts';
import { furnishHome } from './home/furnish.ts';
import { firstPrompt, repairPrompt } from './prompt.ts';
import { FAILED_BEFORE, failureOf, Prover, type Ran } from './proof.ts';
import { type Snapshot, Snapshots } from './snapshot.ts';
import { inWorkspace, type StageContext, writeReport } from './stage-context.ts';
import { openTemporary } from './temporary.ts';
import { addUsage } from './usage.ts';
import { Workshop } from './workshop.ts';

/** What the work stage carries from step to step. */
interface Work {
  context: StageContext;
  agent: Agent;
  /** The environment of untrusted programs. */
  clean: Record<string, string>;
  shop: Workshop;
  snapshots: Snapshots;
  prover: Prover;
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
    const report = await prove(job);
    await writeReport(place.report, report);
    return report;
  } catch (error) {
    throw new WorkError(error, job);
  } finally {
    await temporary.close();
  }
}

/** A failure of the work stage with what was used, and what was checked, until then. */
export class WorkError extends StageError {
  readonly usage: Usage;
  readonly checks: CheckResult[];
  constructor(cause: unknown, { usage, checks }: Pick<Work, 'usage' | 'checks'>) {
    const reason = cause instanceof StageError ? cause.reason : 'RunnerLost';
    super(
      reason,
      cause instanceof StageError ? cause.message : `The work stage failed: ${messageOf(cause)}`,
      { cause },
    );
    this.usage = usage;
    this.checks = checks;
  }
}

async function begin(context: StageContext, tmp: string): Promise<Work> {
  const { input, paths, env, signal } = context;
  const place = inWorkspace(paths.workspace);
  const agent = await loadAgent(agentOf(input).type);
  const base = await git(['rev-parse', '--verify', 'HEAD^{commit}'], { gitDir: place.base });
  const clean = untrustedEnv({ env, home: place.home, tmp, pass: input.passEnv });
  const prover = new Prover(context, clean);
  const snapshots = new Snapshots({
    gitDir: place.base,
    workTree: place.checkout,
    base,
    instructions: input.spec.prompt ?? '',
    fileBytes: input.limits.fileBytes,
    signal,
  });
  const shop = new Workshop(context, prover, snapshots, base);
  return { context, agent, clean, shop, snapshots, prover, base, usage: {}, checks: [] };
}

async function prove(job: Work): Promise<StageReport> {
  const { shop, snapshots, context } = job;
  await snapshots.begin();
  await shop.prepare();
  const prompt = context.input.spec.prompt ?? '';
  await runAgent(job, firstPrompt(prompt, shop.checks));
  let rounds = repairsOf(job);
  let failure: string | undefined;
  for (;;) {
    const snapshot = await shop.finish();
    if (snapshot.paths.length === 0) {
      if (failure === undefined) return unchanged(job);
      throw new StageError('ValidationFailed', `${failure}; the agent then took its change back`);
    }
    context.log.line(`The change has ${snapshot.paths.length} file${snapshot.paths.length === 1 ? '' : 's'}`);
    const ran = await runChecks(job, snapshot);
    const failed = ran.filter(({ result }) => result.result === 'failed' && result.note !== FAILED_BEFORE);
    const [first] = failed;
    if (!first) return proven(job, snapshot);
    failure = failureOf(first.result, context);
    if (rounds-- <= 0) {
      recall(context, first);
      throw new StageError('ValidationFailed', failure);
    }
    context.log.line(
      `${failed.length} of ${ran.length} checks failed; their output goes back to the agent (${rounds} more tries after this)`,
    );
    await runAgent(job, repairPrompt(prompt, failed, job.session !== undefined));
  }
}

/** Lines of a failing check's output that close the log: whoever looks at its end sees why, not what ran last. */
const RECALLED = 12;

function recall({ log }: StageContext, { check, tail }: Ran): void {
  const lines = tail.trimEnd().split('\n').slice(-RECALLED);
  log.line(`The end of what ${check.run} said:`);
  for (const line of lines) log.line(`  ${line}`);
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

/** Every check runs, also after one has failed: the agent gets all of it at once. */
async function runChecks(job: Work, snapshot: Snapshot): Promise<Ran[]> {
  const { shop, prover, context } = job;
  const ran: Ran[] = [];
  job.checks = [...shop.formatResults];
  for (const check of await shop.proofs()) {
    const one = await prover.check(check);
    await shop.undo(check, snapshot);
    if (one.result.result === 'failed' && (await prover.failsOnBase(check, shop.installs))) {
      one.result.note = FAILED_BEFORE;
      context.log.line(`${check.run} ${FAILED_BEFORE}: it fails on the base commit too`);
    }
    const redefined = shop.redefinedIn(check);
    if (redefined !== undefined) {
      one.result.note ??= `redefined by this change in ${redefined}`;
      context.log.line(
        `${check.run} is what the change makes it in ${redefined}, no longer what it was on the base`,
      );
    }
    ran.push(one);
    job.checks.push(one.result);
  }
  await shop.afterProofs();
  return ran;
}

function unchanged(job: Work): StageReport {
  job.context.log.line('The agent changed nothing');
  return {
    stage: 'work',
    ok: true,
    progress: STEP.validated.progress,
    base: job.base,
    usage: job.usage,
    summary: job.summary && job.context.log.clean(job.summary),
  };
}

async function proven(job: Work, snapshot: Snapshot): Promise<StageReport> {
  const { context, snapshots, checks } = job;
  context.log.line(summaryLine(checks));
  await snapshots.pack(snapshot.commit, inWorkspace(context.paths.workspace).pack);
  context.log.step('validated');
  return {
    stage: 'work',
    ok: true,
    progress: STEP.validated.progress,
    base: job.base,
    snapshot: snapshot.commit,
    checks,
    usage: job.usage,
    summary: job.summary && context.log.clean(job.summary),
  };
}

function summaryLine(checks: readonly CheckResult[]): string {
  const before = checks.filter((check) => check.note === FAILED_BEFORE).length;
  if (checks.length === 0) return 'No checks were found, so none ran';
  return before === 0 ? 'All checks passed' : `All checks passed but ${before} that ${FAILED_BEFORE}`;
}
