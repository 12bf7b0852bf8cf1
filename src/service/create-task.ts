import type { AgenticSession, TaskTemplate } from '../api/types.ts';
import { conditionOf } from '../domain/conditions.ts';
import { BgtaskError, hasCode } from '../domain/errors.ts';
import { phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitTask } from './await-task.ts';
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

/** Builds a task's object and stores nothing. */
export async function prepareTask(engine: Engine, request: TaskRequest): Promise<BuiltTask> {
  const template = request.templateId ? await templateOf(engine, request.project, request.templateId) : undefined;
  return buildTask(request, await engine.whoAmI(), { rules: { local: engine.kind === 'local' }, template });
}

/** Creates a task and waits for the verdict. Throws LimitReached, with the task gone again, when it was refused. */
export async function createTask(engine: Engine, request: TaskRequest, options: CreateOptions = {}): Promise<BuiltTask> {
  const { session, warnings } = await prepareTask(engine, request);
  const submitted = await submitTask(engine, session, options);
  return { session: submitted.session, warnings: [...warnings, ...submitted.warnings] };
}

/** Stores a task's object and waits for the verdict: see createTask. */
export async function submitTask(engine: Engine, session: AgenticSession, options: CreateOptions = {}): Promise<BuiltTask> {
  const created = await store(engine, session);
  await engine.ensureController(true);
  const judged = await awaitTask(engine, created, { until: isJudged, milliseconds: VERDICT_WAIT, signal: options.signal });
  const latest = judged.session ?? created;
  const admitted = conditionOf(latest.status?.conditions, 'Admitted');
  if (judged.reached && admitted?.status === 'False' && phaseOf(latest) === 'Failed') await refuse(engine, latest, admitted);
  const warnings = judged.reached
    ? []
    : [`No operator has answered within ${VERDICT_WAIT / 1000} s; task "${taskName(latest)}" stays Pending. See what is wrong: bgtask doctor`];
  return { session: latest, warnings };
}

const isJudged = (session: AgenticSession): boolean =>
  conditionOf(session.status?.conditions, 'Admitted') !== undefined || phaseOf(session) !== 'Pending';

async function store(engine: Engine, session: AgenticSession): Promise<AgenticSession> {
  try {
    return await engine.store.create('AgenticSession', session);
  } catch (error) {
    if (!hasCode(error, 'AlreadyExists')) throw error;
    const name = taskName(session);
    throw new BgtaskError('AlreadyExists', `Task "${name}" already exists in project "${session.metadata.namespace}".`, {
      hint: `Choose another name, try it again with "bgtask retry ${name}", or remove it with "bgtask delete ${name}".`,
      cause: error,
    });
  }
}

/** A refused task leaves nothing behind; the words are the operator's. */
async function refuse(engine: Engine, session: AgenticSession, verdict: { reason?: string; message?: string }): Promise<never> {
  const { namespace, name, uid } = session.metadata;
  await engine.store.delete('AgenticSession', { namespace, name }, { uid }).catch((error: unknown) => {
    if (!hasCode(error, 'NotFound')) throw error;
  });
  const sentence = verdict.message ?? '';
  if (verdict.reason === 'InvalidTask') throw new BgtaskError('Invalid', sentence);
  const title = verdict.reason === 'RepositoryBusy' ? 'Repository busy' : 'Concurrent task limit reached';
  throw new BgtaskError('LimitReached', `${title}: ${sentence}`, { hint: 'Or let it wait in line: --queue', cause: { title, message: sentence } });
}
