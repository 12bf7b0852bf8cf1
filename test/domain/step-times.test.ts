import assert from 'node:assert/strict';
import type { SessionStatus } from '../../src/api/types.ts';
import { statusPatch, type StatusChange } from '../../src/domain/lifecycle.ts';
import { stepLabel, stepSeconds } from '../../src/domain/steps.ts';
import { after, STARTED, task } from './builders.ts';

/** Seconds after the Job's start. */
const at = (time: string | undefined): string =>
  time === undefined ? '' : String((Date.parse(time) - Date.parse(STARTED)) / 1000);

/** What passes at these seconds after the Job's start found, one after the other; the steps as `name from-to`. */
function passes(...seen: [seconds: number, change: StatusChange][]): string[] {
  let status: SessionStatus = {};
  for (const [seconds, change] of seen)
    status = { ...status, ...statusPatch(task({ status }), change, after(seconds)) };
  return (status.steps ?? []).map((step) => `${step.name} ${at(step.startedAt)}..${at(step.finishedAt)}`);
}

const CREATING: [number, StatusChange] = [0, { phase: 'Creating', startTime: STARTED }];
const running = (progress: number): StatusChange => ({ phase: 'Running', progress });
const ends = (seconds: number, change: StatusChange): [number, StatusChange] => [
  seconds,
  { ...change, completionTime: after(seconds).toISOString() },
];

const CASES: [promise: string, seen: Parameters<typeof passes>, steps: string[]][] = [
  // The task was created a minute before its Job.
  ['a task that waits: the list is empty', [[0, { phase: 'Pending', progress: 0 }]], []],
  ['a task whose Job was made', [CREATING], ['start -60..']],
  [
    'each step ends when the next begins, and the last with the task',
    [
      CREATING,
      [2, running(5)],
      [4, running(20)],
      [30, running(45)],
      [50, running(62)],
      [90, running(80)],
      [92, running(90)],
      ends(95, { phase: 'Completed', progress: 100 }),
    ],
    ['start -60..0', 'clone 0..4', 'change 4..50', 'check 50..90', 'push 90..92', 'open 92..95'],
  ],
  [
    'what happened between two looks has the moment of the second',
    [CREATING, [9, running(66)]],
    ['start -60..0', 'clone 0..9', 'change 9..9', 'check 9..'],
  ],
  [
    'a task that fails ends the step that it is at',
    [CREATING, [2, running(20)], ends(8, { phase: 'Failed', progress: 20, reason: 'AgentFailed' })],
    ['start -60..0', 'clone 0..2', 'change 2..8'],
  ],
  [
    'a task that changed nothing never pushes',
    [CREATING, [2, running(20)], ends(8, { phase: 'Completed', progress: 100, reason: 'NoChanges' })],
    ['start -60..0', 'clone 0..2', 'change 2..8', 'check 8..8'],
  ],
  ['a task that is refused never begins', [ends(0, { phase: 'Failed', reason: 'InvalidTask' })], []],
];

describe('the times of steps', () => {
  for (const [promise, seen, steps] of CASES) it(promise, () => assert.deepEqual(passes(...seen), steps));

  it('of a task that ended before they were kept are not made up', () => {
    const status: SessionStatus = { phase: 'Completed', progress: 100, startTime: STARTED };
    assert.equal(statusPatch(task({ status }), { progress: 100 }, after(60)), undefined);
  });

  it('are seconds once the step is over', () => {
    assert.equal(stepSeconds({ name: 'clone', startedAt: STARTED }), undefined);
    assert.equal(
      stepSeconds({ name: 'clone', startedAt: STARTED, finishedAt: after(4.5).toISOString() }),
      4.5,
    );
  });

  it('have labels; a step of a newer operator is shown by its name', () =>
    assert.deepEqual(['clone', 'deploy'].map(stepLabel), ['Clone the repository', 'deploy']));
});
