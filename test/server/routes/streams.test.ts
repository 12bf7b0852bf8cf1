import assert from 'node:assert/strict';
import { readEvents, type ReadEvent } from '../../support/rest/event-reader.ts';
import { openServed, type Served } from '../served.ts';

const TASKS = '/api/projects/default/background-tasks';

/** Reads events until one is as wanted; those that were read. */
async function until(
  events: AsyncIterator<ReadEvent>,
  wanted: (event: ReadEvent) => boolean,
): Promise<ReadEvent[]> {
  const read: ReadEvent[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) {
    read.push(next.value);
    if (wanted(next.value)) return read;
  }
  throw new Error(`the stream ended after ${JSON.stringify(read)}`);
}

async function all(response: Response): Promise<ReadEvent[]> {
  const read: ReadEvent[] = [];
  for await (const event of readEvents(response)) read.push(event);
  return read;
}

describe('what the server tells as it happens', () => {
  let served: Served;
  let gone: AbortController;
  beforeEach(async () => {
    served = await openServed();
    gone = new AbortController();
  });
  afterEach(async () => {
    gone.abort();
    await served.close();
  });
  const open = (path: string, headers: Record<string, string> = {}) =>
    served.client.open('GET', path, { headers, signal: gone.signal });

  const text = async (query = ''): Promise<string> => {
    const { status, headers, body } = await served.client.call<string>('GET', `${TASKS}/done/logs${query}`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
    return body;
  };

  describe('GET events of a task', () => {
    it('tells the task as it is, each change, and the end; then the stream is over', async () => {
      const task = await served.world.task('long', { status: { phase: 'Running', progress: 20 } });
      const response = await open(`${TASKS}/long/events`);
      assert.equal(response.headers.get('content-type'), 'text/event-stream');
      assert.equal(response.headers.get('cache-control'), 'no-store');
      const events = readEvents(response);
      const [first] = await until(events, ({ event }) => event === 'task');
      assert.deepEqual([first?.data['status'], first?.data['progress']], ['Running', 20]);
      await served.world.status(task, { progress: 60, currentPhase: 'Code changes generated' });
      await until(events, ({ data }) => data['progress'] === 60);
      await served.world.status(task, { phase: 'Completed', progress: 100 });
      const last = await until(events, ({ event }) => event === 'end');
      assert.equal(last.at(-2)?.data['status'], 'Completed');
      assert.equal((await events.next()).done, true);
    });

    it('a task that has ended is told once; who has seen that is answered 204', async () => {
      await served.world.task('over', { status: { phase: 'Stopped' } });
      const events = await all(await open(`${TASKS}/over/events`));
      assert.deepEqual(
        events.map(({ event }) => event),
        ['task', 'end'],
      );
      const again = await open(`${TASKS}/over/events`, { 'Last-Event-ID': events[0]?.id ?? '' });
      assert.equal(again.status, 204);
    });

    it('a deleted task is told as deleted, and the stream is over', async () => {
      const { metadata } = await served.world.task('gone');
      const events = readEvents(await open(`${TASKS}/gone/events`));
      await until(events, ({ event }) => event === 'task');
      await served.world.store.delete('AgenticSession', metadata);
      const rest = await until(events, ({ event }) => event === 'end');
      assert.deepEqual(
        rest.map(({ event }) => event),
        ['deleted', 'end'],
      );
    });

    it('a caller that goes away ends its watch', async () => {
      await served.world.task('long', { status: { phase: 'Running' } });
      const events = readEvents(await open(`${TASKS}/long/events`));
      await until(events, ({ event }) => event === 'task');
      gone.abort();
      await served.logged((line) => line['path'] === `${TASKS}/long/events` && line['cut'] === true);
    });
  });

  describe('GET events of a project', () => {
    it('tells the tasks there are, in brief, then that these were all, then what changes', async () => {
      await served.world.task('a');
      await served.world.task('elsewhere', { project: 'other' });
      const events = readEvents(await open('/api/projects/default/events'));
      const first = await until(events, ({ event }) => event === 'synced');
      assert.deepEqual(
        first.map(({ event, data }) => [event, data['name']]),
        [
          ['task', 'a'],
          ['synced', undefined],
        ],
      );
      assert.equal('logs' in (first[0]?.data ?? {}), false);
      const { metadata } = await served.world.task('b');
      await until(events, ({ event, data }) => event === 'task' && data['name'] === 'b');
      await served.world.store.delete('AgenticSession', metadata);
      await until(events, ({ event, data }) => event === 'deleted' && data['name'] === 'b');
    });
  });

  describe('GET logs', () => {
    it('gives the whole log, in text that can do nothing to a terminal', async () => {
      const task = await served.world.task('done', { status: { phase: 'Completed' } });
      const long = 'Installing packages\n'.repeat(50_000);
      served.world.archive(
        task,
        `${long}\u001b[31mRunning tests: npm test\u001b[0m\r\n\u202eAll checks passed\n`,
      );
      assert.equal(await text(), `${long}Running tests: npm test\nAll checks passed\n`);
    });

    it('?tail=2 gives the last lines', async () => {
      const task = await served.world.task('done', { status: { phase: 'Completed' } });
      served.world.archive(task, 'one\ntwo\nthree\n');
      assert.equal(await text('?tail=2'), 'two\nthree\n');
    });

    it('?follow=true of a task that has ended gives the log and ends', async () => {
      const task = await served.world.task('done', { status: { phase: 'Completed' } });
      served.world.archive(task, 'one\n');
      assert.equal(await text('?follow=true'), 'one\n');
    });

    it('?follow=true of a task that has not started waits for it', async () => {
      const task = await served.world.task('done');
      const response = await open(`${TASKS}/done/logs?follow=true`);
      assert.equal(response.status, 200);
      served.world.archive(task, 'one\n');
      await served.world.status(task, { phase: 'Completed' });
      assert.equal(await response.text(), 'one\n');
    });

    it('a log that is not there is empty', async () => {
      await served.world.task('done');
      const { status, body } = await served.client.call('GET', `${TASKS}/done/logs`);
      assert.deepEqual([status, body], [200, undefined]);
    });

    for (const query of ['tail=-1', 'tail=x', 'follow=yes', 'folow=true'])
      it(`?${query} answers 400`, async () => {
        await served.world.task('done');
        assert.equal((await served.client.call('GET', `${TASKS}/done/logs?${query}`)).status, 400);
      });
  });

  it('streams end when the server is told to end, and the server waits for none of them', async () => {
    await served.world.task('long', { status: { phase: 'Running' } });
    const streams = await Promise.all(
      [`${TASKS}/long/events`, '/api/projects/default/events', `${TASKS}/long/logs?follow=true`].map((path) =>
        open(path),
      ),
    );
    await served.stop();
    for (const response of streams) await response.text();
  });
});
