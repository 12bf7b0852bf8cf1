import assert from 'node:assert/strict';
import { API_VERSION } from '../../src/api/names.ts';
import { countUse } from '../../src/operator/template-usage.ts';
import { after, task } from '../domain/builders.ts';
import { MemoryStore } from '../support/memory-store.ts';

const KEY = { namespace: 'team', name: 'fix-lint' };
const user = (name: string) => task({ name, spec: { templateId: 'fix-lint' } });

describe("a template's use", () => {
  let store: MemoryStore;
  const status = async () => (await store.get('TaskTemplate', KEY))?.status;

  beforeEach(async () => {
    store = new MemoryStore();
    await store.create('TaskTemplate', {
      apiVersion: API_VERSION,
      kind: 'TaskTemplate',
      metadata: KEY,
      spec: { displayName: 'Fix lint', instructionsTemplate: 'Fix the linter errors' },
    });
  });

  it('is counted, with its time', async () => {
    await countUse(store, user('one'), after(0));
    await countUse(store, user('two'), after(60));
    const { usageCount, lastUsed } = (await status()) ?? {};
    assert.deepEqual([usageCount, lastUsed], [2, after(60).toISOString()]);
  });

  it('is counted once a task', async () => {
    for (let times = 0; times < 3; times++) await countUse(store, user('one'), after(times));
    assert.deepEqual([(await status())?.usageCount, (await status())?.lastUsed], [1, after(0).toISOString()]);
  });

  it('of two at once is a conflict for one, and counted when that one tries again', async () => {
    const ends = await Promise.allSettled([
      countUse(store, user('one'), after(0)),
      countUse(store, user('two'), after(0)),
    ]);
    const lost = ends.find((end) => end.status === 'rejected');
    assert.equal((lost?.reason as { code?: string } | undefined)?.code, 'Conflict');
    for (const name of ['one', 'two']) await countUse(store, user(name), after(1));
    assert.equal((await status())?.usageCount, 2);
  });

  it('remembers no more tasks than a status may hold', async () => {
    for (let at = 0; at < 55; at++) await countUse(store, user(`task-${at}`), after(at));
    assert.deepEqual([(await status())?.usageCount, (await status())?.countedTasks?.length], [55, 50]);
  });

  it('of a template that is gone is nothing', async () => {
    await store.delete('TaskTemplate', KEY);
    await countUse(store, user('one'), after(0));
  });

  it('of no template is nothing', async () => {
    await countUse(store, task({ name: 'one' }), after(0));
    assert.equal(await status(), undefined);
  });
});
