import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { BgtaskError, hasCode } from '../../src/domain/errors.ts';
import type { Engine, WatchEvent, WatchOptions } from '../../src/engine/engine.ts';
import type { ServerEvent } from '../../src/server/event-text.ts';
import { ProjectWatches } from '../../src/server/project-watches.ts';
import { World } from '../cli/world-on-files.ts';

/** An engine on files, and how many watches are open on it. */
class Watched {
  readonly world = new World();
  opened = 0;
  open = 0;
  readonly asked: WatchOptions[] = [];
  readonly engine: Pick<Engine, 'store'>;

  constructor() {
    const { store } = this.world;
    const watch = (kind: 'AgenticSession', options: WatchOptions) => this.#watch(kind, options);
    this.engine = { store: Object.assign(Object.create(store) as Engine['store'], { watch }) };
  }

  async *#watch(
    kind: 'AgenticSession',
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent<AgenticSession>, void> {
    this.asked.push(options);
    this.opened += 1;
    this.open += 1;
    try {
      yield* this.world.store.watch(kind, options);
    } finally {
      this.open -= 1;
    }
  }
}

const nameIn = ({ data }: ServerEvent): unknown => (JSON.parse(data) as { name?: string }).name;

/** Reads until an event is as wanted; what was read, as `event name`. */
async function until(events: AsyncIterator<ServerEvent>, wanted: string): Promise<string[]> {
  const read: string[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) {
    read.push([next.value.event, nameIn(next.value)].filter(Boolean).join(' '));
    if (read.at(-1) === wanted) return read;
  }
  throw new Error(`the stream ended after ${read.join(', ')}`);
}

describe('the projects that callers look at', () => {
  let watched: Watched;
  let gone: AbortController;
  beforeEach(() => {
    watched = new Watched();
    gone = new AbortController();
  });
  afterEach(() => {
    gone.abort();
    watched.world.close();
  });

  const look = (watches: ProjectWatches, caller = 'ann', signal = AbortSignal.any([gone.signal])) =>
    watches.events({ caller, engine: watched.engine }, 'default', signal);

  it('many pages of one caller share one watch, and each is told everything', async () => {
    const watches = new ProjectWatches();
    await watched.world.task('a', { status: { phase: 'Completed' } });
    const pages = Array.from({ length: 20 }, () => look(watches));
    for (const page of pages) assert.deepEqual(await until(page, 'synced'), ['task a', 'synced']);
    await watched.world.task('b');
    for (const page of pages) assert.deepEqual(await until(page, 'task b'), ['task b']);
    assert.equal(watched.opened, 1);
  });

  it('another caller has a watch of its own: what one may see is nothing to the other', async () => {
    const watches = new ProjectWatches();
    await until(look(watches, 'ann'), 'synced');
    await until(look(watches, 'ben'), 'synced');
    assert.equal(watched.opened, 2);
  });

  it('asks for what a list shows alone', async () => {
    await until(look(new ProjectWatches()), 'synced');
    assert.equal(watched.asked[0]?.brief, true);
  });

  it('ends the watch when the last page is closed, and begins another for the next', async () => {
    const watches = new ProjectWatches();
    const [first, second] = [look(watches), look(watches)];
    await until(first, 'synced');
    await until(second, 'synced');
    await first.return();
    assert.equal(watched.open, 1);
    await second.return();
    await until(look(watches), 'synced');
    assert.equal(watched.opened, 2);
  });

  it('of many changes of a task a slow page is told the last', async () => {
    const watches = new ProjectWatches();
    const task = await watched.world.task('a');
    const [slow, quick] = [look(watches), look(watches)];
    await until(slow, 'synced');
    await until(quick, 'synced');
    for (const progress of [10, 20, 30]) {
      await watched.world.status(task, { phase: 'Running', progress });
      await until(quick, 'task a');
    }
    const { value } = await slow.next();
    assert.equal((JSON.parse((value as ServerEvent).data) as { progress: number }).progress, 30);
  });

  it('tells a deleted task as deleted, and one of the same name as another', async () => {
    const watches = new ProjectWatches();
    const task = await watched.world.task('a');
    const page = look(watches);
    await until(page, 'synced');
    await watched.world.store.delete('AgenticSession', task.metadata);
    assert.deepEqual(await until(page, 'deleted a'), ['deleted a']);
    await watched.world.task('a');
    assert.deepEqual(await until(page, 'task a'), ['task a']);
  });

  it('a watch that is refused is refused to each page, and tried again for the next', async () => {
    const watches = new ProjectWatches();
    const refused: Pick<Engine, 'store'> = {
      store: Object.assign(Object.create(watched.world.store) as Engine['store'], {
        watch: () => {
          throw new BgtaskError('Forbidden', 'no');
        },
      }),
    };
    const pages = [1, 2].map(() =>
      watches.events({ caller: 'ann', engine: refused }, 'default', gone.signal),
    );
    for (const page of pages) await assert.rejects(page.next(), (error) => hasCode(error, 'Forbidden'));
    await until(look(watches), 'synced');
  });

  it('refuses more streams than it may have, and takes one when another has ended', async () => {
    const watches = new ProjectWatches({ streams: 1 });
    const first = look(watches);
    await until(first, 'synced');
    await assert.rejects(look(watches).next(), (error) => hasCode(error, 'TooManyRequests'));
    await first.return();
    await until(look(watches), 'synced');
  });

  it('refuses a project that needs more bytes than it may keep', async () => {
    await watched.world.task('a');
    const watches = new ProjectWatches({ bytes: 10 });
    await assert.rejects(until(look(watches), 'synced'), (error) => hasCode(error, 'TooManyRequests'));
  });

  it('ends at once for a page that is closed before anything came', async () => {
    gone.abort();
    const page = look(new ProjectWatches());
    for (let next = await page.next(); !next.done; next = await page.next())
      assert.notEqual(next.value.event, 'task');
  });
});
