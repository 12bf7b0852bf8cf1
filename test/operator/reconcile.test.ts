import assert from 'node:assert/strict';
import { defaultSettings, parseSettings } from '../../src/domain/settings.ts';
import { contenderOf, runnerInput } from '../../src/operator/reconcile.ts';
import { STARTED, task } from '../domain/builders.ts';

const KEY = 'team/chore-00000000';

const targets = (...urls: [string, string?][]): string[] =>
  urls.map(
    ([url, branch]) => contenderOf(task({ spec: { repos: [{ input: { url, branch } }] } }), new Set()).target,
  );

describe('a task as admission sees it', () => {
  const active: [string, Parameters<typeof task>[0], string[], boolean][] = [
    ['a new one is not active', {}, [], false],
    ['one whose Job was started is active, before any status says so', {}, [KEY], true],
    ['one that is Creating is active', { status: { phase: 'Creating' } }, [], true],
    ['one that is Running is active', { status: { phase: 'Running' } }, [], true],
    [
      'one in line is not',
      { status: { phase: 'Pending', conditions: [{ type: 'Admitted', status: 'False' }] } },
      [],
      false,
    ],
    [
      'an admitted one is active, whatever its phase',
      { status: { phase: 'Pending', conditions: [{ type: 'Admitted', status: 'True' }] } },
      [],
      true,
    ],
    ["another task's Job does not matter", {}, ['other/chore-00000000'], false],
  ];
  for (const [promise, parts, launched, wanted] of active)
    it(promise, () => assert.equal(contenderOf(task(parts), new Set(launched)).active, wanted));

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
      contenderOf(task(), new Set()).creator,
      contenderOf(task({ meta: { namespace: 'elsewhere' } }), new Set()).creator,
    ));
});

describe("the stages' input", () => {
  it('says everything that the stages are told', () => {
    const settings = parseSettings(
      {
        checks: { timeout: 60 },
        change: { maxFileBytes: 5 },
        logs: { maxBytes: 70_000 },
        passEnv: ['X'],
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
      limits: { checkSeconds: 60, fileBytes: 5, logBytes: 70_000 },
      protectedPaths: ['a'],
      passEnv: ['X'],
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
