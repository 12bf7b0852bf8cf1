import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { AgenticSession } from '../../api/types.ts';
import { isFinished } from '../../domain/task.ts';
import { cancelTask, deleteTask } from '../../service/cancel-task.ts';
import { createTask } from '../../service/create-task.ts';
import { findTask } from '../../service/find-task.ts';
import { listTasks } from '../../service/list-tasks.ts';
import { taskPatch } from '../../service/task-patch.ts';
import { retryTask } from '../../service/retry-task.ts';
import type { BuiltTask } from '../../service/task-object.ts';
import { refuseShape, type ServerEnv } from '../env.ts';
import { body, json, projectPath, refusals, security, taskPath } from '../shapes/common.ts';
import {
  CreatedTask,
  NewTask,
  RetryTask,
  Task,
  TaskList,
  type NewTaskBody,
  type RetryTaskBody,
} from '../shapes/task-shapes.ts';
import { taskSummary, taskView } from '../views/task-view.ts';

const TASKS = '/api/projects/{project}/background-tasks';
const tags = ['tasks'];
/** Tasks on a page when the caller does not say, and at most. */
const PAGE = { default: 100, max: 1000 };

const filters = z.strictObject({
  status: z.string().optional().openapi({ description: 'Phases, with commas.', example: 'running,pending' }),
  name: z.string().optional().openapi({ description: 'A part of the name, in any case.' }),
  creator: z.string().optional(),
  repo: z.string().optional().openapi({ description: "A repository's URL, in any of its forms." }),
  template: z.string().optional(),
  since: z.string().optional().openapi({ description: 'A time, or how long ago: 30m, 2h, 7d.' }),
  limit: z.coerce.number().int().min(1).max(PAGE.max).default(PAGE.default),
  offset: z.coerce.number().int().min(0).default(0),
});

const list = createRoute({
  method: 'get',
  path: TASKS,
  tags,
  security,
  summary: 'List tasks, the newest first',
  request: { params: projectPath, query: filters },
  responses: { 200: json(TaskList, 'A page of the tasks that pass every filter.'), ...refusals() },
});

const create = createRoute({
  method: 'post',
  path: TASKS,
  tags,
  security,
  summary: 'Send a chore to an agent in the background',
  request: { params: projectPath, body: body(NewTask) },
  responses: {
    201: json(
      CreatedTask,
      'The task as it was made. When a limit is reached and `queue` is not true it is refused.',
    ),
    ...refusals(404, 409, 413, 415),
  },
});

const read = createRoute({
  method: 'get',
  path: `${TASKS}/{name}`,
  tags,
  security,
  summary: 'Everything about a task',
  request: { params: taskPath },
  responses: { 200: json(Task, 'The task.'), ...refusals(404) },
});

const diff = createRoute({
  method: 'get',
  path: `${TASKS}/{name}/diff`,
  tags,
  security,
  summary: "A task's kept change, as a patch for git apply",
  description:
    'The bytes of the patch as they are kept: data that the agent made, its paths and texts too. `change` of the task says how large it is, or why there is none.',
  request: { params: taskPath },
  responses: {
    200: {
      description: 'The patch.',
      content: { 'text/x-diff': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...refusals(404),
  },
});

const remove = createRoute({
  method: 'delete',
  path: `${TASKS}/{name}`,
  tags,
  security,
  summary: 'Remove a task; one that runs is stopped',
  request: { params: taskPath },
  responses: { 204: { description: 'It is gone.' }, ...refusals(404) },
});

const retry = createRoute({
  method: 'post',
  path: `${TASKS}/{name}/retry`,
  tags,
  security,
  summary: 'Try a Failed, Timeout or Stopped task again, as a new one',
  description:
    'Without a body the new task is asked for the same. It goes on with the kept change, if there is one.',
  request: { params: taskPath, body: { ...body(RetryTask), required: false } },
  responses: { 200: json(CreatedTask, 'The new task as it was made.'), ...refusals(404, 409, 413, 415) },
});

const cancel = createRoute({
  method: 'post',
  path: `${TASKS}/{name}/cancel`,
  tags,
  security,
  summary: 'Stop a task; nothing is pushed afterwards',
  request: { params: taskPath },
  responses: { 200: json(Task, 'The task; it is Stopped when its pods are gone.'), ...refusals(404, 409) },
});

const byAge = (a: AgenticSession, b: AgenticSession): number =>
  (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
  a.metadata.name.localeCompare(b.metadata.name);

/** The task as it was made: what the operator has done since then is told by the task's own address. */
function createdView({ session, warnings }: BuiltTask) {
  const { currentPhase } = session.status ?? {};
  const waits = session.status?.phase === 'Pending' && currentPhase !== undefined;
  const made = { ...session, status: waits ? { currentPhase } : {} };
  return { ...taskView(made), ...(warnings.length > 0 && { warnings }) };
}

/** Tasks: make, list, read, retry, cancel, remove. */
export const taskRoutes = new OpenAPIHono<ServerEnv>({ defaultHook: refuseShape })
  .openapi(list, async (c) => {
    const { limit, offset, ...filter } = c.req.valid('query');
    const { project } = c.req.valid('param');
    const { engine, now } = c.var;
    const tasks = (await listTasks(engine, project, { ...filter, brief: true }, now())).sort(byAge);
    await engine.ensureController(tasks.some((task) => !isFinished(task)));
    const items = tasks.slice(offset, offset + limit).map(taskSummary);
    return c.json({ items, total: tasks.length }, 200);
  })
  .openapi(create, async (c) => {
    const { project } = c.req.valid('param');
    const { engine, gone } = c.var;
    const request = { ...(c.req.valid('json') as NewTaskBody), project };
    const created = createdView(await createTask(engine, request, { signal: gone }));
    c.header('Location', `${TASKS.replace('{project}', project)}/${created.name}`);
    return c.json(created, 201);
  })
  .openapi(read, async (c) => {
    const { project, name } = c.req.valid('param');
    const task = await findTask(c.var.engine, project, name);
    await c.var.engine.ensureController(!isFinished(task));
    return c.json(taskView(task), 200);
  })
  .openapi(diff, async (c) => {
    const { project, name } = c.req.valid('param');
    const { engine } = c.var;
    const patch = await taskPatch(engine, await findTask(engine, project, name));
    return c.body(new Uint8Array(patch), 200, {
      'Content-Type': 'text/x-diff',
      'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '')}.patch"`,
      'Cache-Control': 'no-store',
    });
  })
  .openapi(remove, async (c) => {
    const { project, name } = c.req.valid('param');
    await deleteTask(c.var.engine, await findTask(c.var.engine, project, name));
    return c.body(null, 204);
  })
  .openapi(retry, async (c) => {
    const { project, name } = c.req.valid('param');
    const { engine, gone } = c.var;
    const { fromScratch, ...changes } = c.req.valid('json') as RetryTaskBody;
    const options = { changes, signal: gone, ...(fromScratch && { fromScratch }) };
    return c.json(createdView(await retryTask(engine, project, name, options)), 200);
  })
  .openapi(cancel, async (c) => {
    const { project, name } = c.req.valid('param');
    return c.json(taskView(await cancelTask(c.var.engine, project, name)), 200);
  });
