import assert from 'node:assert/strict';
import { backoff } from '../../../../src/server/web/state/backoff.ts';
import { ago } from '../../../../src/server/web/state/format.ts';
import { nowWords } from '../../../../src/server/web/state/phases.ts';
import { recentProjects, withProject } from '../../../../src/server/web/state/recent-projects.ts';
import { lineageOf, NO_TASKS, taskList } from '../../../../src/server/web/state/task-list.ts';
import { tokenInFragment, tokenOf } from '../../../../src/server/web/state/token.ts';
import type { TaskSummaryBody } from '../../../../src/server/shapes/task-shapes.ts';

const summary = (name: string, more: Partial<TaskSummaryBody> = {}): TaskSummaryBody => ({
  name,
  uid: name,
  project: 'default',
  object: name,
  status: 'Running',
  progress: 20,
  currentPhase: 'Generating changes',
  creator: 'me',
  repository: { url: '/a' },
  createdAt: null,
  prUrl: null,
  retryCount: 0,
  ...more,
});

describe('words of the pages', () => {
  for (const [ms, words] of [
    [3000, 'just now'],
    [-60_000, 'just now'],
    [42_000, '42 s ago'],
    [125_000, '2 min ago'],
    [7_300_000, '2 h ago'],
    [200_000_000, '2 d ago'],
  ] as const)
    it(`${ms} ms ago is ${words}`, () => assert.equal(ago(0, ms), words));

  it('a task that failed says why, any other what it is about', () => {
    assert.equal(nowWords(summary('a', { status: 'Failed', reason: 'CloneFailed' })), 'CloneFailed');
    assert.equal(nowWords(summary('a')), 'Generating changes');
    assert.equal(nowWords(summary('a', { currentPhase: '' })), 'Running');
  });
});

describe('tokens', () => {
  it('are found behind the # of a link', () => assert.equal(tokenInFragment('#token=ab-c_1'), 'ab-c_1'));
  it('are taken as people paste them', () => assert.equal(tokenOf(' Bearer ey.J-a_=\n'), 'ey.J-a_='));
  for (const text of ['', 'two words', 'a\nb', '<script>', 'ü'])
    it(`${JSON.stringify(text)} is not a token`, () => assert.equal(tokenOf(text), undefined));
  it('a fragment without one has none', () => assert.equal(tokenInFragment('#main'), undefined));
});

describe('the list of tasks', () => {
  it('changes what is shown in place, and waits for the API with what is not', () => {
    const listed = taskList(NO_TASKS, { type: 'listed', items: [summary('b'), summary('a')], total: 9 });
    const changed = taskList(listed, { type: 'changed', task: summary('a', { progress: 60 }) });
    assert.deepEqual(
      changed.items.map(({ name, progress }) => [name, progress]),
      [
        ['b', 20],
        ['a', 60],
      ],
    );
    assert.deepEqual(taskList(changed, { type: 'changed', task: summary('c') }), changed);
  });

  it('a lineage is the first task and its retries, in order', () => {
    const all = [
      summary('x-retry-2', { retryCount: 2, retryOf: 'x' }),
      summary('x-retry-1', { retryCount: 1, retryOf: 'x' }),
      summary('x-retry-9'),
      summary('x'),
    ];
    const retry = all[1];
    assert.ok(retry);
    assert.deepEqual(
      lineageOf(retry, all).map(({ name }) => name),
      ['x', 'x-retry-1', 'x-retry-2'],
    );
  });
});

describe('projects that are remembered', () => {
  it('the latest first, each once, at most eight', () =>
    assert.deepEqual(withProject(['b', 'a', 'c', 'd', 'e', 'f', 'g', 'h'], 'a'), [
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
      'g',
      'h',
    ]));
  for (const stored of [null, 'no json', '{}', '["<b>", 3, "../x"]'])
    it(`${stored} is nothing to remember`, () => assert.deepEqual(recentProjects(stored), []));
});

describe('waiting before another attempt', () => {
  it('grows to a quarter of a minute, and is spread', () => {
    assert.deepEqual(
      [1, 2, 3, 20].map((failures) => backoff(failures, 0.5)),
      [500, 1000, 2000, 15_000],
    );
    assert.notEqual(backoff(3, 0), backoff(3, 1));
  });
});
