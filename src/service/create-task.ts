import type { AgenticSession, TaskTemplate } from '../api/types.ts';
import { conditionOf } from '../domain/conditions.ts';
import { BgtaskError, hasCode } from '../domain/errors.ts';
import { checkCommands } from '../domain/input.ts';
import { creatorOf, isFinished, isRetryable, phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitTask } from './await-task.ts';
import { tasksOf } from './find-task.ts';
import { buildTask, type BuiltTask, type TaskRequest } from './task-object.ts';

/** Milliseconds a client waits for the operator's verdict before it says that none came. */
const VERDICT_WAIT = 2000;

export interface CreateOptions {
  signal?: AbortSignal;
}

async function templateOf(engine: Engine, project: string, name: string): Promise<TaskTemplate> {
  const template = await engine.store.get('TaskTemplate', { namespace: project, name });
  if (template) return template;
  throw new BgtaskError('NotFound', `Template "${name}" not found in project "${project}".`, {
    hint: 'See what is there: bgtask template list. Install a ready one: bgtask template install NAME',
  });
}

/** Builds a task's object and stores nothing. Throws Invalid, TemplateError or NotFound. */
export async function prepareTask(engine: Engine, request: TaskRequest): Promise<BuiltTask> {
  const template = request.templateId
    ? await templateOf(engine, request.project, request.templateId)
    : undefined;
  return buildTask(request, await engine.whoAmI(), { rules: { local: engine.kind === 'local' }, template });
}

/** Returns the object as it would be stored, checked here or by the engine's store; nothing is stored. Throws Invalid. */
export async function checkTask(
  engine: Engine,
  session: AgenticSession,
  where: 'client' | 'server',
): Promise<AgenticSession> {
  checkCommands(session.spec);
  if (where === 'server') return engine.store.create('AgenticSession', session, { dryRun: true });
  const { checkObject } = await import('./read-objects.ts');
  await checkObject('AgenticSession', session, `task "${taskName(session)}"`);
  return session;
}

/** Creates a task and waits for the verdict. Throws LimitReached, with the task gone again, when it was refused. */
export async function createTask(
  engine: Engine,
  request: TaskRequest,
  options: CreateOptions = {},
): Promise<BuiltTask> {
  const { session, warnings } = await prepareTask(engine, request);
  const submitted = await submitTask(engine, session, options);
  return { session: submitted.session, warnings: [...warnings, ...submitted.warnings] };
}

/** Stores a task's object and waits for the verdict: see createTask. */
export async function submitTask(
  engine: Engine,
  session: AgenticSession,
  options: CreateOptions = {},
): Promise<BuiltTask> {
  checkCommands(session.spec);
  await engine.offer(session);
  const created = await store(engine, session);
  await engine.ensureController(true);
  const until = { until: isJudged, milliseconds: VERDICT_WAIT, signal: options.signal };
  const judged = await awaitTask(engine, created, until);
  if (judged.deleted)
    throw new BgtaskError('NotFound', `Task "${taskName(created)}" was deleted before it was admitted.`);
  const latest = judged.session ?? created;
  const admitted = conditionOf(latest.status?.conditions, 'Admitted');
  if (judged.reached && admitted?.status === 'False' && phaseOf(latest) === 'Failed')
    await refuse(engine, latest, admitted);
  const silent = !judged.reached && !options.signal?.aborted;
  return { session: latest, warnings: silent ? [noAnswer(engine, latest)] : [] };
}

const noAnswer = ({ kind }: Engine, session: AgenticSession): string =>
  `No ${kind === 'local' ? 'supervisor' : 'operator'} has answered within ${VERDICT_WAIT / 1000} s; task "${taskName(session)}" stays Pending. See what is wrong: bgtask doctor`;

const isJudged = (session: AgenticSession): boolean =>
  conditionOf(session.status?.conditions, 'Admitted') !== undefined || phaseOf(session) !== 'Pending';

async function store(engine: Engine, session: AgenticSession): Promise<AgenticSession> {
  try {
    return await engine.store.create('AgenticSession', session);
  } catch (cause) {
    if (!hasCode(cause, 'AlreadyExists')) throw cause;
    const { namespace, name: object } = session.metadata;
    const old = await engine.store.get('AgenticSession', { namespace, name: object });
    const name = taskName(session);
    const is = old ? ` and is ${phaseOf(old)}` : '';
    throw new BgtaskError('AlreadyExists', `Task "${name}" already exists in project "${namespace}"${is}.`, {
      hint: `Choose another name, ${old && isRetryable(old) ? `try it again with "bgtask retry ${name}"` : `look at it with "bgtask describe ${name}"`}, or remove it with "bgtask delete ${name}".`,
      cause,
    });
  }
}

/** A refused task leaves nothing behind; the words are the operator's. */
async function refuse(
  engine: Engine,
  session: AgenticSession,
  verdict: { reason?: string; message?: string },
): Promise<never> {
  const { namespace, name, uid } = session.metadata;
  await engine.store.delete('AgenticSession', { namespace, name }, { uid }).catch((error: unknown) => {
    if (!hasCode(error, 'NotFound')) throw error;
  });
  const sentence = verdict.message ?? '';
  if (verdict.reason === 'InvalidTask') throw new BgtaskError('Invalid', sentence);
  const busy = verdict.reason === 'RepositoryBusy';
  const title = busy ? 'Repository busy' : 'Concurrent task limit reached';
  throw new BgtaskError('LimitReached', `${title}: ${sentence}`, {
    hint: busy ? 'Or let it wait in line: --queue' : await runningHint(engine, session),
    cause: { title, message: sentence },
  });
}

/** Tasks that a hint names. */
const NAMED = 3;

/** What to do about one's own running tasks. */
async function runningHint(engine: Engine, refused: AgenticSession): Promise<string> {
  const { namespace, uid } = refused.metadata;
  const running = (await tasksOf(engine, { namespace, brief: true })).filter(
    (task) => task.metadata.uid !== uid && !isFinished(task) && creatorOf(task) === creatorOf(refused),
  );
  const names = running.filter((task) => phaseOf(task) !== 'Pending').map(taskName);
  if (names.length === 0) return 'Or let it wait in line: --queue';
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `Running: ${names.slice(0, NAMED).join(', ')}${more}. Follow it: bgtask watch ${names[0]}. Stop it: bgtask cancel ${names[0]}. Or let this one wait in line: --queue`;
}
