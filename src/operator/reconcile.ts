import { canonicalRepo, jobName } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { admit, type Contender } from '../domain/admission.ts';
import { conditionOf } from '../domain/conditions.ts';
import { deadlineOf } from '../domain/deadline.ts';
import { hasCode } from '../domain/errors.ts';
import type { JobFacts } from '../domain/job-facts.ts';
import { type StatusChange, statusPatch } from '../domain/lifecycle.ts';
import { rootOf } from '../domain/retry.ts';
import type { Settings } from '../domain/settings.ts';
import { baseBranchOf, creatorOf, isFinished, isTask, phaseOf, repositoryOf, retryCountOf, taskName, timeoutOf } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunnerInput } from '../engine/runner-input.ts';
import { decide } from './decide.ts';
import { keyOf, keyText, type SessionInformer } from './informer.ts';
import type { Plan } from './plan.ts';
import { launchedStatus } from './policies/launched.ts';
import { countUse } from './template-usage.ts';

export interface ReconcileContext {
  engine: Pick<Engine, 'store' | 'jobs'>;
  informer: SessionInformer;
  settings: () => Settings;
  now: () => Date;
  /**
   * Keys whose Job was started or found: active for admission even before a status says so. Kept in step by the passes, rebuilt from the
   * Jobs at the start.
   */
  launched: Set<string>;
}

export interface PassResult {
  rule: string;
  requeueAfter?: number;
  /** True when the task reached its end in this pass: whoever waits in line may move up. */
  ended: boolean;
}

/** A task as admission sees it. */
export const contenderOf = (session: AgenticSession, launched: ReadonlySet<string>): Contender => ({
  uid: session.metadata.uid ?? keyText(session.metadata),
  name: taskName(session),
  creator: `${session.metadata.namespace}/${creatorOf(session)}`,
  target: `${canonicalRepo(repositoryOf(session))}#${baseBranchOf(session) ?? ''}`,
  createdAt: session.metadata.creationTimestamp ?? '',
  active:
    phaseOf(session) !== 'Pending' ||
    conditionOf(session.status?.conditions, 'Admitted')?.status === 'True' ||
    launched.has(keyText(session.metadata)),
  queue: session.spec.queue ?? false,
});

function contenders(context: ReconcileContext): Contender[] {
  const list: Contender[] = [];
  for (const session of context.informer.values())
    if (isTask(session) && !isFinished(session)) list.push(contenderOf(session, context.launched));
  return list;
}

/**
 * One pass over one key: observe, decide, act, and write the status once. Repeating it is harmless; a Conflict or any other error is the
 * caller's sign to repeat it later.
 */
export async function reconcile(context: ReconcileContext, key: string): Promise<PassResult> {
  const session = context.informer.get(key);
  if (!session) return clearOrphan(context, key);
  const job = await context.engine.jobs.observe(session.metadata);
  if (job && !job.finished) context.launched.add(key);
  if (job?.finished || (!job && isFinished(session))) context.launched.delete(key);
  const now = context.now();
  const admission = () => admit(contenderOf(session, context.launched), contenders(context), context.settings().limits);
  const plan = decide({ session, job, admission, settings: context.settings(), now });
  // No await between the verdict and this line: two passes at once cannot both take the last place.
  if (plan.actions.includes('start')) context.launched.add(key);
  const status = await act(context, session, plan, job);
  const ended = await writeStatus(context, session, status);
  return { rule: plan.rule, requeueAfter: plan.requeueAfter, ended };
}

async function act(context: ReconcileContext, session: AgenticSession, plan: Plan, job: JobFacts | undefined): Promise<StatusChange> {
  const { jobs, store } = context.engine;
  const key = session.metadata;
  let status: StatusChange = { ...plan.status };
  for (const action of plan.actions) {
    if (action === 'countTemplate') await countUse(store, session, context.now());
    if (action === 'start') status = await start(context, session);
    if (action === 'stop') await jobs.stop(key);
    if (action === 'archive' && !session.status?.logArchive) status = { ...status, ...archived(await jobs.archive(key)) };
    if (action === 'removeJob' && job) await jobs.remove(key);
    if (action === 'delete') await store.delete('AgenticSession', key, { uid: key.uid }).catch(ignoreNotFound);
  }
  return plan.actions.includes('delete') ? {} : status;
}

const archived = (url: string | undefined): StatusChange => (url ? { logArchive: url } : {});

function ignoreNotFound(error: unknown): void {
  if (!hasCode(error, 'NotFound')) throw error;
}

async function start(context: ReconcileContext, session: AgenticSession): Promise<StatusChange> {
  const startedAt = context.now().toISOString();
  try {
    await context.engine.jobs.start(session, runnerInput(session, context.settings(), startedAt));
  } catch (error) {
    context.launched.delete(keyText(session.metadata));
    throw error;
  }
  return launchedStatus(session, { name: jobName(session.metadata.name), startedAt });
}

/** What the runner's stages are told of a task that starts now. */
export function runnerInput(session: AgenticSession, settings: Settings, startedAt: string): RunnerInput {
  const { name, namespace, uid, creationTimestamp } = session.metadata;
  const retryCount = retryCountOf(session);
  return {
    task: {
      name: taskName(session),
      project: namespace,
      session: name,
      uid: uid ?? '',
      createdAt: creationTimestamp ?? startedAt,
      creator: creatorOf(session),
      retryCount,
      ...(retryCount > 0 && { retryOf: rootOf(session) }),
    },
    spec: session.spec,
    deadline: deadlineOf(startedAt, timeoutOf(session)).toISOString(),
    limits: {
      checkSeconds: settings.checks.timeout,
      fileBytes: settings.change.maxFileBytes,
      logBytes: settings.logs.maxBytes,
    },
    protectedPaths: settings.protectedPaths,
    passEnv: settings.passEnv,
    ...(settings.pageBaseUrl && {
      pageUrl: `${settings.pageBaseUrl.replace(/\/$/, '')}/projects/${namespace}/tasks/${taskName(session)}`,
    }),
  };
}

async function writeStatus(context: ReconcileContext, session: AgenticSession, change: StatusChange): Promise<boolean> {
  const patch = statusPatch(session, { observedGeneration: session.metadata.generation, ...change }, context.now());
  // A status that would only say that a generation was seen is not worth a write before the first verdict.
  if (!patch || (Object.keys(patch).length === 1 && patch.observedGeneration !== undefined && !session.status)) return false;
  const { namespace, name, resourceVersion } = session.metadata;
  const written = await context.engine.store.patchStatus('AgenticSession', { namespace, name }, patch, { resourceVersion });
  context.informer.apply(written);
  return isFinished(written) && !isFinished(session);
}

/** A Job whose task is gone is stopped, its log kept, and cleared away. */
async function clearOrphan(context: ReconcileContext, key: string): Promise<PassResult> {
  const { jobs } = context.engine;
  const job = await jobs.observe(keyOf(key));
  if (!job) {
    const ended = context.launched.delete(key);
    return { rule: 'gone', ended };
  }
  if (!job.finished) {
    await jobs.stop(keyOf(key));
    return { rule: 'stop-orphan', requeueAfter: 500, ended: false };
  }
  await jobs.archive(keyOf(key));
  await jobs.remove(keyOf(key));
  context.launched.delete(key);
  return { rule: 'remove-orphan', ended: true };
}
