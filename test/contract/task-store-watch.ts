import assert from 'node:assert/strict';
import { session, template, type Context } from './task-store-objects.ts';
import { Watcher } from './watcher.ts';

const KIND = 'AgenticSession';

export function watching(on: Context): void {
  let abort: AbortController;
  beforeEach(() => {
    abort = new AbortController();
  });
  afterEach(() => abort.abort());

  const watch = (selector?: string) =>
    new Watcher(on.store.watch(KIND, { namespace: on.namespace, selector, signal: abort.signal }));
  const key = (name: string) => ({ namespace: on.namespace, name });
  const create = (name: string, labels: Record<string, string> = {}) =>
    on.store.create(KIND, session(key(name), { meta: { labels } }));

  it('tells the objects there are as ADDED, then one SYNCED', async () => {
    const objects = [await create('a'), await create('b')];
    const watcher = watch();
    await watcher.synced();
    assert.deepEqual(watcher.lines().sort(), ['ADDED a', 'ADDED b', 'SYNCED']);
    assert.equal(watcher.lines().at(-1), 'SYNCED');
    const told = watcher.events.flatMap((event) => (event.type === 'ADDED' ? [event.object] : []));
    assert.deepEqual(
      told.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
      objects,
    );
  });

  it('tells SYNCED at once where there is nothing, and then every change in its order', async () => {
    const watcher = watch();
    await watcher.synced();
    await create('a');
    await watcher.seen('ADDED a');
    const changed = await on.store.patchStatus(KIND, key('a'), { phase: 'Running' });
    await watcher.seen('MODIFIED a');
    assert.deepEqual(watcher.events.at(-1), { type: 'MODIFIED', object: changed });
    await on.store.delete(KIND, key('a'));
    await watcher.seen('DELETED a');
    assert.deepEqual(watcher.lines(), ['SYNCED', 'ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  it('tells the newest state after many changes, and never an older one after a newer', async () => {
    await create('a');
    const watcher = watch();
    await watcher.synced();
    for (let progress = 1; progress <= 30; progress++)
      await on.store.patchStatus(KIND, key('a'), { progress });
    const told = () =>
      watcher.events.flatMap((one) => (one.type === 'MODIFIED' ? [one.object.status?.progress] : []));
    await watcher.until(() => told().at(-1) === 30);
    assert.deepEqual(
      told(),
      [...new Set(told())].sort((a, b) => (a ?? 0) - (b ?? 0)),
    );
  });

  it('tells of no change where there was none', async () => {
    await create('a');
    const watcher = watch();
    await watcher.synced();
    await on.store.patch(KIND, key('a'), { metadata: { labels: { no: null } } });
    await create('b');
    await watcher.seen('ADDED b');
    assert.deepEqual(watcher.lines(), ['ADDED a', 'SYNCED', 'ADDED b']);
  });

  it('an object deleted and created again is DELETED, then ADDED with another uid', async () => {
    const first = await create('a');
    const watcher = watch();
    await watcher.synced();
    await on.store.delete(KIND, key('a'));
    const second = await create('a');
    await watcher.until((events) => events.filter(({ type }) => type === 'ADDED').length === 2);
    assert.deepEqual(watcher.lines(), ['ADDED a', 'SYNCED', 'DELETED a', 'ADDED a']);
    const uids = watcher.events.map((event) => (event.type === 'SYNCED' ? '' : event.object.metadata.uid));
    assert.deepEqual(uids, [first.metadata.uid, '', first.metadata.uid, second.metadata.uid]);
  });

  it('with a selector an object that comes in is ADDED, one that goes out is DELETED', async () => {
    await create('in', { team: 'a' });
    await create('out', { team: 'b' });
    const watcher = watch('team=a');
    await watcher.synced();
    await on.store.patch(KIND, key('out'), { metadata: { labels: { team: 'a' } } });
    await watcher.seen('ADDED out');
    await on.store.patch(KIND, key('in'), { metadata: { labels: { team: null } } });
    await watcher.seen('DELETED in');
    await on.store.patchStatus(KIND, key('in'), { phase: 'Running' });
    await on.store.patchStatus(KIND, key('out'), { phase: 'Running' });
    await watcher.seen('MODIFIED out');
    assert.deepEqual(watcher.lines(), ['ADDED in', 'SYNCED', 'ADDED out', 'DELETED in', 'MODIFIED out']);
  });

  it('with a name tells of that object alone, through its deletion and its next life', async () => {
    await create('other');
    const options = { namespace: on.namespace, name: 'a', signal: abort.signal };
    const watcher = new Watcher(on.store.watch(KIND, options));
    await watcher.synced();
    await create('a');
    await on.store.patchStatus(KIND, key('other'), { phase: 'Running' });
    await watcher.seen('ADDED a');
    await on.store.delete(KIND, key('a'));
    await watcher.seen('DELETED a');
    await create('aa');
    await create('a');
    await watcher.until((events) => events.filter(({ type }) => type === 'ADDED').length === 2);
    assert.deepEqual(watcher.lines(), ['SYNCED', 'ADDED a', 'DELETED a', 'ADDED a']);
  });

  it('tells of one kind alone', async () => {
    const watcher = watch();
    await watcher.synced();
    await on.store.create('TaskTemplate', template(key('t')));
    await create('a');
    await watcher.seen('ADDED a');
    assert.deepEqual(watcher.lines(), ['SYNCED', 'ADDED a']);
  });

  it('without a namespace tells of every project', async () => {
    const watcher = new Watcher(on.store.watch(KIND, { signal: abort.signal }));
    await watcher.synced();
    const { metadata } = await create('a');
    await watcher.until((events) =>
      events.some((event) => event.type === 'ADDED' && event.object.metadata.uid === metadata.uid),
    );
  });

  it('two watches each tell everything', async () => {
    const watchers = [watch(), watch()];
    for (const watcher of watchers) await watcher.synced();
    await create('a');
    for (const watcher of watchers) {
      await watcher.seen('ADDED a');
      assert.deepEqual(watcher.lines(), ['SYNCED', 'ADDED a']);
    }
  });

  it('ends without error when the signal aborts', async () => {
    const watcher = watch();
    await watcher.synced();
    abort.abort();
    await watcher.ended;
    assert.deepEqual(watcher.lines(), ['SYNCED']);
  });

  it('ends without error when the signal aborts between two events', async () => {
    for (const name of ['a', 'b', 'c']) await create(name);
    const seen: string[] = [];
    for await (const event of on.store.watch(KIND, { namespace: on.namespace, signal: abort.signal })) {
      seen.push(event.type);
      abort.abort();
    }
    assert.deepEqual(seen, ['ADDED']);
  });

  it('tells nothing when the signal is aborted already', async () => {
    abort.abort();
    const watcher = watch();
    await watcher.ended;
    assert.deepEqual(watcher.lines(), []);
  });

  it('may be left by its reader at any event', async () => {
    await create('a');
    for await (const event of on.store.watch(KIND, { namespace: on.namespace, signal: abort.signal })) {
      if (event.type === 'SYNCED') break;
    }
  });
}
