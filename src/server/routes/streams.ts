import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { isFinished } from '../../domain/task.ts';
import { plainText } from '../../domain/text.ts';
import { findTask } from '../../service/find-task.ts';
import { taskLog } from '../../service/task-log.ts';
import { wholeLines } from '../../service/whole-lines.ts';
import { refuseShape, type ServerEnv } from '../env.ts';
import { eventText } from '../event-text.ts';
import { projectPath, refusals, security, taskPath } from '../shapes/common.ts';
import { streamed } from '../streamed.ts';
import { taskEvents } from '../task-events.ts';

const PROJECT = '/api/projects/{project}';
const TASK = `${PROJECT}/background-tasks/{name}`;
const tags = ['live'];
const EVENTS = { type: 'text/event-stream', live: false };
const text = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.string() } },
});

const logs = createRoute({
  method: 'get',
  path: `${TASK}/logs`,
  tags,
  security,
  summary: "A task's log, whole; followed, until the task has ended",
  request: {
    params: taskPath,
    query: z.strictObject({
      follow: z.enum(['true', 'false']).default('false'),
      tail: z.coerce.number().int().min(0).max(1_000_000).optional().openapi({
        description: 'Of what there is already, only this many lines.',
      }),
    }),
  },
  responses: { 200: text('text/plain', 'The log.'), ...refusals(404) },
});

const events = createRoute({
  method: 'get',
  path: `${TASK}/events`,
  tags,
  security,
  summary: 'A task as it changes, as server-sent events',
  description:
    '`task`: the task as it is now, at once and after each change. `deleted`: it was removed. `end`: nothing more will come; a client that asks again from there is answered 204.',
  request: { params: taskPath },
  responses: {
    200: text('text/event-stream', 'Each event has the data of a Task.'),
    204: { description: 'The last event that the caller has seen was the last.' },
    ...refusals(404),
  },
});

const changes = createRoute({
  method: 'get',
  path: `${PROJECT}/events`,
  tags,
  security,
  summary: "A project's tasks as they change, as server-sent events",
  description:
    '`task`: a task that is there, is new or has changed. `synced`: those that were there have been told. `deleted`: one is gone.',
  request: { params: projectPath },
  responses: { 200: text('text/event-stream', 'Each event has the data of a TaskSummary.'), ...refusals() },
});

async function* plainLines(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const lines of wholeLines(pieces)) yield plainText(lines);
}

/** What is told as it happens: logs and changes. A caller that goes away ends what was begun for it. */
export const streamRoutes = new OpenAPIHono<ServerEnv>({ defaultHook: refuseShape })
  .openapi(logs, async (c) => {
    const { project, name } = c.req.valid('param');
    const { follow, tail } = c.req.valid('query');
    const { engine, gone } = c.var;
    const task = await findTask(engine, project, name);
    const live = follow === 'true';
    const pieces = taskLog(engine, task, { follow: live, tail, signal: gone });
    return streamed(c, plainLines(pieces), { type: 'text/plain; charset=utf-8', live });
  })
  .openapi(events, async (c) => {
    const { project, name } = c.req.valid('param');
    const { engine, gone } = c.var;
    const task = await findTask(engine, project, name);
    const seen = c.req.header('Last-Event-ID');
    if (isFinished(task) && seen === task.metadata.resourceVersion) return c.body(null, 204);
    await engine.ensureController(!isFinished(task));
    return streamed(c, eventText(taskEvents(engine, task, gone)), EVENTS);
  })
  .openapi(changes, (c) => {
    const { project } = c.req.valid('param');
    const { engine, caller, gone, watches } = c.var;
    return streamed(c, eventText(watches.events({ caller, engine }, project, gone)), EVENTS);
  });
