import assert from 'node:assert/strict';
import { isDnsLabel, TASK_NAME_MAX } from '../../src/api/names.ts';
import { newestOf, nextRetry, rootOf } from '../../src/domain/retry.ts';
import { taskName } from '../../src/domain/task.ts';
import { task } from './builders.ts';

const FAILED = { phase: 'Failed' };
const first = task({ name: 'chore', status: FAILED });
const retry = (count: number, phase = 'Failed') =>
  task({ name: `chore-retry-${count}`, status: { phase }, retry: { count, of: 'chore' } });
const stranger = task({ name: 'other-retry-8', status: FAILED, retry: { count: 8, of: 'other' } });

describe('the newest of a lineage', () => {
  const all = [first, retry(2), retry(1), stranger];
  for (const [what, from, newest] of [
    ['of a first task is its last retry', first, 'chore-retry-2'],
    ['of a retry is a later one', retry(1), 'chore-retry-2'],
    ['is the task itself when it is the last', retry(3), 'chore-retry-3'],
    ['leaves other lineages out', stranger, 'other-retry-8'],
  ] as const)
    it(what, () => assert.equal(taskName(newestOf(from, all)), newest));
});

describe('the next retry', () => {
  const cases: [string, Parameters<typeof nextRetry>, { root: string; name: string; count: number }][] = [
    ['of a first task is the first', [first, [first]], { root: 'chore', name: 'chore-retry-1', count: 1 }],
    [
      'of a retry counts on, under the name of the root',
      [retry(1), [first, retry(1)]],
      { root: 'chore', name: 'chore-retry-2', count: 2 },
    ],
    [
      'of the first task counts the retries there are',
      [first, [first, retry(1), retry(2)]],
      { root: 'chore', name: 'chore-retry-3', count: 3 },
    ],
    [
      'counts on when earlier ones were deleted',
      [retry(4), [retry(4)]],
      { root: 'chore', name: 'chore-retry-5', count: 5 },
    ],
    [
      'counts its own lineage alone',
      [first, [first, stranger]],
      { root: 'chore', name: 'chore-retry-1', count: 1 },
    ],
    [
      'needs no list to count on from itself',
      [retry(2), []],
      { root: 'chore', name: 'chore-retry-3', count: 3 },
    ],
    [
      'is not led astray by a forged count',
      [task({ name: 'chore', status: FAILED, retry: { count: '1e9', of: 'chore' } }), []],
      { root: 'chore', name: 'chore-retry-1', count: 1 },
    ],
  ];
  for (const [promise, [session, lineage], wanted] of cases)
    it(promise, () => assert.deepEqual(nextRetry(session, lineage), wanted));

  it('finds the root in the spec where the label was taken away', () =>
    assert.equal(rootOf(task({ name: 'x', spec: { retryOf: 'chore' } })), 'chore'));

  for (const phase of ['Failed', 'Timeout', 'Stopped'])
    it(`is there for a task that is ${phase}`, () => assert.equal(nextRetry(retry(1, phase), []).count, 2));

  const refusals: [string, string][] = [
    ['Pending', 'Wait for it, or stop it: bgtask cancel chore-retry-1'],
    ['Running', 'Wait for it, or stop it: bgtask cancel chore-retry-1'],
    ['Completed', 'Create a new task instead.'],
  ];
  for (const [phase, hint] of refusals)
    it(`is refused for a task that is ${phase}`, () =>
      assert.throws(() => nextRetry(retry(1, phase), []), {
        code: 'Invalid',
        message: `Task "chore-retry-1" is ${phase}; only a Failed, Timeout or Stopped task can be retried.`,
        hint,
      }));
});

const nameOf = (name: string, count = 0): string =>
  nextRetry(task({ name, status: FAILED, retry: { count, of: name } }), []).name;

describe("a retry's name", () => {
  const longest = 'a'.repeat(TASK_NAME_MAX);

  it('is whole where it fits', () => assert.equal(nameOf('a'.repeat(42)), `${'a'.repeat(42)}-retry-1`));

  for (const name of [longest, `${'a'.repeat(41)}-------b`, 'a'.repeat(43), `${'ab-'.repeat(16)}c`])
    for (const count of [0, 8, 98])
      it(`of ${name} after ${count} is a task name`, () => {
        const next = nameOf(name, count);
        assert.ok(isDnsLabel(next), next);
        assert.ok(next.endsWith(`-retry-${count + 1}`));
      });

  it('differs for two roots that begin alike', () =>
    assert.notEqual(nameOf(`${'a'.repeat(49)}x`), nameOf(`${'a'.repeat(49)}y`)));
  it('is the same for the same root', () => assert.equal(nameOf(longest), nameOf(longest)));
});
