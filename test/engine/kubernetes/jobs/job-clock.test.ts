import assert from 'node:assert/strict';
import { at, type Case, CLONED, facts, HELD, job, pod, RESUMED, RUNS, suspended } from './recorded.ts';
import { unschedulable } from './fates-recorded.ts';
import { clockOf } from '../../../../src/engine/kubernetes/jobs/job-clock.ts';

/** A Job of so many seconds, as it was made, with an own clock that may have been set since. */
const timed = (timeout: number, own = timeout) =>
  job(undefined, {
    metadata: { ...job().metadata, annotations: { 'ambient-code.io/timeout': String(timeout) } },
    spec: { activeDeadlineSeconds: own },
  });

const begun = (seconds: number) => pod({}, { clone: { running: { startedAt: at(seconds) } } });

describe("a Job's own clock", () => {
  const cases: [promise: string, seen: Case, inSeconds: number | undefined][] = [
    ['is set when half of it has gone by and its pod waits', { job: timed(3600), after: 600 }, 1200],
    ['is due then', { job: timed(3600), after: 1800 }, 0],
    ['is set again when it was set', { job: timed(3600, 5400), after: 1800 }, 1800],
    ['is left alone while the Job is suspended', { job: job(suspended(), HELD), after: 1800 }, undefined],
    ['is right for a pod that begins at once', { job: timed(3600), pod: begun(1) }, undefined],
    ['is left alone in the first minute', { job: timed(3600), pod: begun(20), after: 30 }, 30],
    ['is due for a pod that began late', { job: timed(3600), pod: begun(1700), after: 1701 }, -1641],
    ['is right once it was set', { job: timed(3600, 5300), pod: begun(1700), after: 1701 }, undefined],
    ['is never shortened', { job: timed(3600, 9000), pod: begun(1700) }, undefined],
    ['of an earlier release is right with a pod that begins at once', { pod: begun(1) }, undefined],
    ['of an earlier release is left alone while its pod waits', { after: 1800 }, undefined],
  ];
  for (const [promise, seen, wanted] of cases)
    it(promise, () => {
      const { extendIn } = facts(seen);
      assert.equal(extendIn === undefined ? undefined : extendIn / 1000, wanted);
    });

  const seconds: [promise: string, seen: Case, begunAt: number | undefined, wanted: number][] = [
    ['gets the whole time again while its pod waits', { job: timed(3600), after: 1800 }, undefined, 5400],
    ['gets it also late', { job: timed(3600), after: 3500 }, undefined, 7100],
    ['gets what the pod has left once that began', { job: timed(600, 9000), after: 701 }, 10_000, 10_600],
  ];
  for (const [promise, { job: one = job(), after = 600 }, begunAt, wanted] of seconds)
    it(promise, () => {
      const seen = { job: one, pods: [], live: { logTail: '' }, now: new Date(at(after)) };
      assert.equal(clockOf(seen, begunAt === undefined ? undefined : at(begunAt))?.seconds, wanted);
    });
});

describe('the time of a task', () => {
  it('does not run while its pod waits', () => {
    const { waits, startedAt } = facts({ pod: pod(unschedulable), after: 600 });
    assert.deepEqual([waits, startedAt], [true, at(0)]);
  });
  it('runs from the moment at which the first stage of its pod began', () => {
    const { waits, startedAt } = facts({ pod: pod({}, { clone: CLONED, work: RUNS }) });
    assert.deepEqual([waits, startedAt], [undefined, at(5)]);
  });
  it('runs again when the Job was resumed', () => {
    const { waits, startedAt } = facts({ job: job(RESUMED), after: 910 });
    assert.deepEqual([waits, startedAt], [true, at(900)]);
  });
});
