import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { defaultSettings, parseSettings } from '../../src/domain/settings.ts';
import type { AgenticSession } from '../../src/api/types.ts';
import { AdmissionBook, contenderOf } from '../../src/operator/admission-book.ts';
import { keyText, SessionInformer } from '../../src/operator/informer.ts';
import { reconcile } from '../../src/operator/reconcile.ts';
import { runnerInput } from '../../src/operator/runner-input.ts';
import { STARTED, task } from '../domain/builders.ts';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create } from './harness.ts';

const targets = (...urls: [string, string?][]): string[] =>
  urls.map(
    ([url, branch]) => contenderOf(task({ spec: { repos: [{ input: { url, branch } }] } }), false).target,
  );

describe('a task as admission sees it', () => {
  const active: [string, Parameters<typeof task>[0], boolean, boolean][] = [
    ['a new one is not active', {}, false, false],
    ['one whose Job was started is active, before any status says so', {}, true, true],
    ['one that is Creating is active', { status: { phase: 'Creating' } }, false, true],
    ['one that is Running is active', { status: { phase: 'Running' } }, false, true],
    [
      'one in line is not',
      { status: { phase: 'Pending', conditions: [{ type: 'Admitted', status: 'False' }] } },
      false,
      false,
    ],
    [
      'an admitted one is active, whatever its phase',
      { status: { phase: 'Pending', conditions: [{ type: 'Admitted', status: 'True' }] } },
      false,
      true,
    ],
  ];
  for (const [promise, parts, launched, wanted] of active)
    it(promise, () => assert.equal(contenderOf(task(parts), launched).active, wanted));

  it('has one target for all spellings of a repository', () => {
    const [first, ...rest] = targets(
      ['https://git.example.com/o/r', 'main'],
      ['git@git.example.com:o/r.git', 'main'],
      ['https://git.example.com:443/o/r/', 'main'],
    );
    for (const other of rest) assert.equal(other, first);
  });
  it('has another target for another branch', () => {
    const [main, next, none] = targets(
      ['https://git.example.com/o/r', 'main'],
      ['https://git.example.com/o/r', 'next'],
      ['https://git.example.com/o/r'],
    );
    assert.equal(new Set([main, next, none]).size, 3);
  });
  it('belongs to its user, in every project', () =>
    assert.equal(
      contenderOf(task(), false).creator,
      contenderOf(task({ meta: { namespace: 'elsewhere' } }), false).creator,
    ));
});

describe('a pass over a task', () => {
  it('does nothing when the task was deleted and created again while its Job was looked at', async () => {
    const engine = new MemoryEngine();
    const book = new AdmissionBook();
    const over = new AbortController();
    const onChange = new EventEmitter();
    const informer = new SessionInformer(engine.store, book, () => onChange.emit('change'));
    /** Creates a task; resolves when the informer has it. */
    const seen = async (name: string): Promise<AgenticSession> => {
      const made = await create(engine, name);
      while (informer.get(keyText(made.metadata))?.metadata.uid !== made.metadata.uid)
        await once(onChange, 'change');
      return made;
    };
    const watching = informer.run({ signal: over.signal }, () => undefined);
    const first = await seen('one');
    const observe = engine.jobs.observe.bind(engine.jobs);
    engine.jobs.observe = async (key) => {
      await engine.store.delete('AgenticSession', first.metadata);
      await seen('one');
      return observe(key);
    };
    const context = {
      engine,
      informer,
      book,
      settings: defaultSettings,
      now: () => engine.now,
      crowded: () => false,
    };
    const result = await reconcile(context, keyText(first.metadata));
    over.abort();
    await watching;
    assert.deepEqual(result, { rule: 'recreated', requeueAfter: 0, moved: true });
    assert.deepEqual([engine.jobs.started, (await engine.task('one'))?.status], [[], undefined]);
  });
});

describe("the stages' input", () => {
  it('says everything that the stages are told', () => {
    const settings = parseSettings(
      {
        checks: { timeout: 60 },
        change: { maxFileBytes: 5 },
        logs: { maxBytes: 70_000 },
        network: { allow: ['npm.example.com'] },
        passEnv: ['X'],
        proof: 'preferred',
        protectedPaths: ['a'],
        pageBaseUrl: 'https://bgtask.example.com/',
      },
      'f',
    );
    const session = task({ name: 'chore-retry-2', retry: { count: 2, of: 'chore' }, spec: { timeout: 600 } });
    assert.deepEqual(runnerInput(session, settings, STARTED), {
      task: {
        name: 'chore-retry-2',
        project: 'team',
        session: 'chore-retry-2-00000000',
        uid: 'uid-chore-retry-2',
        createdAt: '2026-01-01T09:59:00Z',
        creator: 'user@example.com',
        retryCount: 2,
        retryOf: 'chore',
      },
      spec: session.spec,
      deadline: '2026-01-01T10:10:00.000Z',
      limits: {
        checkSeconds: 60,
        fileBytes: 5,
        logBytes: 70_000,
        modelWaitSeconds: 1800,
        silenceSeconds: 1200,
      },
      protectedPaths: ['a'],
      network: { mode: 'list', allow: ['npm.example.com'], checks: 'needed' },
      passEnv: ['X'],
      author: { name: 'bgtask', email: 'bgtask@bgtask.invalid', signOff: false },
      proof: 'preferred',
      sandbox: 'preferred',
      pageUrl: 'https://bgtask.example.com/projects/team/tasks/chore-retry-2',
    });
  });

  it('names no page and no lineage where there is none', () => {
    const input = runnerInput(task(), defaultSettings(), STARTED);
    assert.deepEqual(
      [input.pageUrl, input.task.retryOf, input.task.retryCount, input.deadline],
      [undefined, undefined, 0, '2026-01-01T11:00:00.000Z'],
    );
  });
});
