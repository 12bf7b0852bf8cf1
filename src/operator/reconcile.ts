import { jobName } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { hasCode } from '../domain/errors.ts';
import type { JobFacts } from '../domain/job-facts.ts';
import { type StatusChange, statusPatch } from '../domain/lifecycle.ts';
import type { Settings } from '../domain/settings.ts';
import { isFinished, isTask, phaseOf } from '../domain/task.ts';
import type { Engine, Key } from '../engine/engine.ts';
import type { AdmissionBook } from './admission-book.ts';
import { decide } from './decide.ts';
import { keyOf, keyText, type SessionInformer } from './informer.ts';
import type { Plan } from './plan.ts';
import { runnerInput } from './runner-input.ts';
import { STOP_POLL } from './policies/cancellation.ts';
import { launchedStatus } from './policies/launched.ts';
import { countUse } from './template-usage.ts';

export interface ReconcileContext {
  engine: Pick<Engine, 'store' | 'jobs'>;
  informer: SessionInformer;
  settings: (project: string) => Settings;
  now: () => Date;
  /** Who competes with whom; the passes tell it of Jobs, the informer of sessions. */
  book: AdmissionBook;
  /** True while others wait for a pass that may start their Jobs. */
  crowded: () => boolean;
  /** Told of each task whose Job was started, and of each whose phase was changed. */
  onStart?: (session: AgenticSession) => void;
  onPhase?: (session: AgenticSession) => void;
  /** Told of each task that has ended, with its Job as it was seen then. */
  onEnd?: (session: AgenticSession, job: JobFacts | undefined) => void;
}

export interface PassResult {
  rule: string;
  requeueAfter?: number;
  /** True when a task was started, reached its end or is gone: places in the line have changed. */
  moved: boolean;
  /** True when a Job was started and the status does not say so yet: a later pass finds the Job and says it. */
  unsaid?: boolean;
}

/**
 * One pass over one key: observe, decide, act, and write the status once. Repeating it is harmless; a Conflict or any other error is the
 * caller's sign to repeat it later.
 */
export async function reconcile(context: ReconcileContext, key: string): Promise<PassResult> {
  const { informer, book, engine } = context;
  const before = informer.get(key);
  if (before && !isTask(before)) return { rule: 'not-background', moved: false };
  const job = before && (await engine.jobs.observe(before.metadata));
  // Read after the wait, so that the verdict is on the newest state.
  const session = informer.get(key);
  if (!session || !before) return clearOrphan(context, key);
  if (session.metadata.uid !== before.metadata.uid)
    return { rule: 'recreated', requeueAfter: 0, moved: true };
  // An earlier task of the name was deleted: its Job must end, whatever becomes of the new one.
  if (!job && book.launched.has(key) && (await engine.jobs.observe(keyOf(key))))
    return clearOrphan(context, key);
  return carryOut(context, session, job);
}

/** Decides on what was observed, and does it. */
async function carryOut(
  context: ReconcileContext,
  session: AgenticSession,
  job: JobFacts | undefined,
): Promise<PassResult> {
  const { book } = context;
  const key = keyText(session.metadata);
  const now = context.now();
  const settings = context.settings(session.metadata.namespace);
  const admission = () => book.verdict(key, (project) => context.settings(project).limits);
  const plan = decide({ session, job, admission, settings, now });
  const starts = plan.actions.includes('start');
  // No await between the verdict and this line: two passes at once cannot both take the last place.
  if (starts || job) book.launch(key);
  else book.land(key);
  const status = await act(context, session, plan, job);
  // In a crowd the Jobs come first: a status is written while the agents work already.
  if (starts && status?.phase === 'Creating' && context.crowded())
    return { rule: plan.rule, moved: true, unsaid: true };
  const ended = status !== undefined && (await writeStatus(context, session, status, job));
  return { rule: plan.rule, requeueAfter: plan.requeueAfter, moved: starts || ended };
}

/** Does what the plan says; the status to write, none for a task that is deleted. */
async function act(
  context: ReconcileContext,
  session: AgenticSession,
  plan: Plan,
  job: JobFacts | undefined,
): Promise<StatusChange | undefined> {
  const { jobs, store } = context.engine;
  const key = session.metadata;
  let status: StatusChange = { ...plan.status };
  for (const action of plan.actions) {
    if (action === 'countTemplate') await countUse(store, session, context.now());
    if (action === 'start') status = await start(context, session);
    if (action === 'stop') await jobs.stop(key);
    if (action === 'extend') await jobs.extend?.(key);
    if (action === 'keepLog') await jobs.keepLog(key);
    if (action === 'archive') status = { ...status, ...(await archive(context, session)) };
    if (action === 'removeJob' && job) await removeJob(context, key);
    if (action === 'delete')
      await store.delete('AgenticSession', key, { uid: key.uid }).catch(ignoreNotFound);
  }
  return plan.actions.includes('delete') ? undefined : status;
}

async function removeJob(context: ReconcileContext, key: Key): Promise<void> {
  await context.engine.jobs.remove(key);
  context.book.land(keyText(key));
}

/** True for a log that is taken nowhere: there is no room for it, say, or its project is being deleted. */
const isRefused = (error: unknown): boolean => hasCode(error, 'Forbidden', 'Invalid', 'NotFound', 'TooLarge');

/**
 * Keeps the log and the change. A task of which one cannot be kept yet has come to its end all the same; its Job stays, and `finished` tries again.
 */
async function archive({ engine }: ReconcileContext, session: AgenticSession): Promise<StatusChange> {
  const key = session.metadata;
  const kept: StatusChange = {};
  try {
    if (!session.status?.logArchive) kept.logArchive = await engine.jobs.archive(key);
    if (!session.status?.change) kept.change = await engine.jobs.keepChange(key);
  } catch (error) {
    if (isFinished(session) || hasCode(error, 'Interrupted')) throw error;
  }
  return kept;
}

function ignoreRefused(error: unknown): void {
  if (!isRefused(error)) throw error;
}

function ignoreNotFound(error: unknown): void {
  if (!hasCode(error, 'NotFound')) throw error;
}

/** The status of a task of which no Job can be made. */
const refused = (error: string, completionTime: string): StatusChange => ({
  phase: 'Failed',
  reason: 'InvalidTask',
  error,
  completionTime,
  conditions: [{ type: 'Admitted', status: 'False', reason: 'InvalidTask', message: error }],
});

async function start(context: ReconcileContext, session: AgenticSession): Promise<StatusChange> {
  const startedAt = context.now().toISOString();
  try {
    const settings = context.settings(session.metadata.namespace);
    const earlier = await continued(context, session);
    await context.engine.jobs.start(session, runnerInput(session, settings, startedAt, earlier));
  } catch (error) {
    // After any other error it is unknown whether the Job exists: the task keeps its place until the next pass has looked.
    if (hasCode(error, 'Invalid', 'Conflict')) context.book.land(keyText(session.metadata));
    if (hasCode(error, 'Forbidden')) context.book.setAside(keyText(session.metadata));
    if (hasCode(error, 'Invalid')) return refused(error.message, startedAt);
    // For example a quota: the operator tries again, and the status of the task says why it waits.
    if (hasCode(error, 'Forbidden'))
      await writeStatus(context, session, {
        phase: 'Pending',
        currentPhase: `Cannot start yet: ${error.message}`,
      });
    throw error;
  }
  context.onStart?.(session);
  return launchedStatus(session, { name: jobName(session.metadata.name), startedAt });
}

/** The task whose kept change another one goes on with; undefined when it is gone. */
async function continued(
  { engine }: ReconcileContext,
  { metadata: { namespace }, spec: { continueFrom } }: AgenticSession,
): Promise<AgenticSession | undefined> {
  return continueFrom ? engine.store.get('AgenticSession', { namespace, name: continueFrom }) : undefined;
}

async function writeStatus(
  context: ReconcileContext,
  session: AgenticSession,
  change: StatusChange,
  job?: JobFacts,
): Promise<boolean> {
  const patch = statusPatch(
    session,
    { observedGeneration: session.metadata.generation, ...change },
    context.now(),
  );
  // A status that would only say that a generation was seen is not worth a write before the first verdict.
  if (
    !patch ||
    (Object.keys(patch).length === 1 && patch.observedGeneration !== undefined && !session.status)
  )
    return false;
  const { namespace, name, resourceVersion } = session.metadata;
  const written = await context.engine.store.patchStatus('AgenticSession', { namespace, name }, patch, {
    resourceVersion,
  });
  context.informer.apply(written);
  if (phaseOf(written) !== phaseOf(session)) context.onPhase?.(written);
  const ended = isFinished(written) && !isFinished(session);
  if (ended) context.onEnd?.(written, job);
  return ended;
}

/** A Job whose task is gone is stopped, its log kept, and cleared away; then comes the turn of a new task of the name. */
async function clearOrphan(context: ReconcileContext, key: string): Promise<PassResult> {
  const { jobs } = context.engine;
  const job = await jobs.observe(keyOf(key));
  if (!job) {
    return { rule: 'gone', moved: context.book.land(key) };
  }
  if (!job.finished) {
    await jobs.stop(keyOf(key));
    return { rule: 'stop-orphan', requeueAfter: STOP_POLL, moved: false };
  }
  await jobs.archive(keyOf(key)).catch(ignoreRefused);
  await removeJob(context, keyOf(key));
  return { rule: 'remove-orphan', requeueAfter: 0, moved: true };
}
