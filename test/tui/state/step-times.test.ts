import assert from 'node:assert/strict';
import type { SessionStatus } from '../../../src/api/types.ts';
import { type StepTimes, stepTimes, timedSteps } from '../../../src/tui/state/step-times.ts';
import { ago, NOW, taskOf } from '../tasks.ts';

/** What was seen, how many seconds before now. */
type Seen = readonly [secondsAgo: number, status: Partial<SessionStatus>];
const at = (progress: number): Partial<SessionStatus> => ({
  phase: 'Running',
  progress,
  startTime: ago(90),
});

const CASES: readonly (readonly [
  promise: string,
  seen: readonly Seen[],
  seconds: readonly (number | undefined)[],
])[] = [
  ['a task in line has waited since it was made', [[0, { phase: 'Pending' }]], [100]],
  ['a Job that clones began when its status says', [[0, at(5)]], [10, 90]],
  [
    'what is under way when one begins to look has no time; what is seen has',
    [
      [60, at(30)],
      [40, at(35)],
      [30, at(62)],
      [10, at(66)],
    ],
    [10, undefined, undefined, 30],
  ],
  [
    'a whole life, seen from its beginning',
    [
      [100, { phase: 'Pending' }],
      [90, at(5)],
      [80, at(20)],
      [50, at(60)],
      [30, at(80)],
      [20, at(90)],
      [9, { ...at(100), phase: 'Completed', completionTime: ago(10) }],
    ],
    [10, 10, 30, 20, 10, 10],
  ],
  [
    'a task that failed took until its end, and no longer',
    [
      [90, at(5)],
      [80, at(20)],
      [5, { ...at(20), phase: 'Failed', completionTime: ago(20) }],
    ],
    [10, 10, 60],
  ],
  [
    'a task that ended long before has what its status knows',
    [[0, { ...at(100), phase: 'Completed', completionTime: ago(10) }]],
    [10],
  ],
  [
    'steps that were passed between two looks share no time',
    [
      [90, at(5)],
      [50, at(62)],
    ],
    [10, undefined, undefined, 50],
  ],
];

describe('the times of steps', () => {
  for (const [promise, seen, seconds] of CASES)
    it(promise, () => {
      let times: StepTimes | undefined;
      for (const [before, status] of seen)
        times = stepTimes(taskOf('x', { age: 100, status }), times, NOW - before * 1000);
      const task = taskOf('x', { age: 100, status: seen.at(-1)?.[1] });
      const found = timedSteps(task, times ?? { began: [], at: 0 }, NOW).map((step) => step.seconds);
      assert.deepEqual(found, [...seconds, ...Array.from({ length: 6 - seconds.length }, () => undefined)]);
    });
});
