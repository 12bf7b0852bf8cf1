import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { taskName } from '../../src/domain/task.ts';
import type { Engine, TaskStore } from '../../src/engine/engine.ts';
import { interactive, session, type StoreUnderTest } from './task-store-objects.ts';

const URL = 'https://git.example.com/example-org/app/pull/7';
const NOW = new Date('2026-01-31T12:00:00Z');

/** The tasks there are: one applied by hand, one made by the command line. */
const TASKS = ['by-hand', 'first'];

/** The pull request of the one by hand. */
const published = (store: TaskStore, namespace: string): Promise<AgenticSession> =>
  store.patchStatus(
    'AgenticSession',
    { namespace, name: 'by-hand' },
    { phase: 'Completed', progress: 100, repos: [{ name: 'app', status: 'pushed', prUrl: URL }] },
  );
const names = (tasks: readonly AgenticSession[]): string[] => tasks.map(taskName).sort();
const madeAt = ({ metadata }: AgenticSession): string => metadata.creationTimestamp ?? '';

/**
 * What list, describe, logs and the rest see of objects that were applied by hand, without any of our labels: as tests, for each store.
 * makeStore is called once.
 */
export function tasksByHandContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`tasks applied by hand, in ${name},`, () => {
    let used: StoreUnderTest;
    let engine: Engine;
    /** As the program loads it: the errors' classes are the store's own. */
    let service: typeof import('../../src/service/find-task.ts') &
      typeof import('../../src/service/list-tasks.ts');

    before(async () => {
      used = await makeStore();
      const { store, namespace } = used;
      engine = { store } as Pick<Engine, 'store'> as Engine;
      service = {
        ...(await import('../../src/service/find-task.ts')),
        ...(await import('../../src/service/list-tasks.ts')),
      };
      const { taskObject } = await import('../../src/service/task-object.ts');
      const { spec } = session({ namespace, name: 'x' });
      await store.create('AgenticSession', taskObject(namespace, 'first', spec));
      const meta = { labels: { tier: 'front' } };
      const byHand = { templateId: 'upgrade' };
      await store.create('AgenticSession', session({ namespace, name: 'by-hand' }, { meta, spec: byHand }));
      await store.create('AgenticSession', interactive({ namespace, name: 'chat' }));
      await published(store, namespace);
    });
    after(() => used?.close());

    const list = async (filter: object): Promise<string[]> =>
      names(await service.listTasks(engine, used.namespace, filter, NOW));

    it('are listed beside the others, under the names of their objects; sessions that are not tasks are left out', async () =>
      assert.deepEqual(await list({}), TASKS));

    it('are found in every project', async () => {
      const all = await service.listTasks(engine, undefined, {}, NOW);
      const own = all.filter(({ metadata }) => metadata.namespace === used.namespace);
      assert.deepEqual(names(own), TASKS);
    });

    for (const [what, filter, expected] of [
      ['a label that they have', { selector: 'tier=front' }, ['by-hand']],
      ['a label that they lack', { selector: 'ambient-code.io/mode=background' }, ['first']],
      ['the template in their spec', { template: 'upgrade' }, ['by-hand']],
      ['their phase', { status: 'completed' }, ['by-hand']],
      ['their repository', { repo: 'git@git.example.com:example-org/app' }, TASKS],
    ] as const)
      it(`are chosen by ${what}`, async () => assert.deepEqual(await list(filter), expected));

    for (const text of ['by-hand', 'agenticsession.vteam.ambient-code/by-hand', URL, `${URL}/files`])
      it(`are found as ${text}`, async () => {
        const found = await service.findTask(engine, used.namespace, text);
        assert.equal(found.metadata.name, 'by-hand');
      });

    it('can be the newest, for @latest', async () => {
      const newest = await service.findTask(engine, used.namespace, '@latest');
      for (const task of await service.listTasks(engine, used.namespace, {}, NOW))
        assert.ok(madeAt(task) <= madeAt(newest));
    });

    it('are not what a session of another mode is', () =>
      assert.rejects(service.findTask(engine, used.namespace, 'chat'), { code: 'NotFound' }));
  });
}
