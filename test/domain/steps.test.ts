import assert from 'node:assert/strict';
import { stepsOf } from '../../src/domain/steps.ts';

type Seen = Parameters<typeof stepsOf>[0];
const task = (status: Seen['status'], progress: number, currentPhase = '', reason?: string): Seen => ({
  status,
  progress,
  currentPhase,
  ...(reason && { reason }),
});

const CASES: readonly [promise: string, task: Seen, states: string][] = [
  [
    'a task in line has not begun',
    task('Pending', 0, 'Waiting in line'),
    'active waiting waiting waiting waiting waiting',
  ],
  ['a task that clones', task('Running', 5), 'done active waiting waiting waiting waiting'],
  ['a task whose agent works', task('Running', 43), 'done done active waiting waiting waiting'],
  ['a task that is checked', task('Running', 66), 'done done done active waiting waiting'],
  ['a task that is about to end', task('Running', 100), 'done done done done done active'],
  ['a task whose checks failed', task('Failed', 74), 'done done done failed unreached unreached'],
  ['a task that ran out of time', task('Timeout', 30), 'done done failed unreached unreached unreached'],
  ['a task that was stopped', task('Stopped', 20), 'done done stopped unreached unreached unreached'],
  ['a task that is done', task('Completed', 100), 'done done done done done done'],
  [
    'a task that changed nothing',
    task('Completed', 100, '', 'NoChanges'),
    'done done done done skipped skipped',
  ],
];

describe('the steps of a task', () => {
  for (const [promise, seen, states] of CASES)
    it(promise, () =>
      assert.equal(
        stepsOf(seen)
          .map(({ state }) => state)
          .join(' '),
        states,
      ),
    );

  it('the one under way says what it is about', () =>
    assert.equal(stepsOf(task('Running', 66, 'Running linters'))[3]?.note, 'Running linters'));

  it('the one that failed does not claim to be what came last', () =>
    assert.equal(stepsOf(task('Failed', 74, 'Running tests'))[3]?.note, undefined));
});
