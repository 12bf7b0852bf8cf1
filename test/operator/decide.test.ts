import assert from 'node:assert/strict';
import type { Verdict } from '../../src/domain/admission.ts';
import { parseSettings } from '../../src/domain/settings.ts';
import type { Observed } from '../../src/operator/plan.ts';
import { after, job, STARTED, task } from '../domain/builders.ts';
import {
  busy,
  cancelled,
  done,
  failed,
  JOB,
  planOf,
  published,
  running,
  inLine,
  short,
  stopped,
  works,
} from './policies/plans.ts';

const admission = (): Verdict => assert.fail('asked');
const DAY = 86_400;

describe('what a pass decides', () => {
  const cases: [string, Partial<Observed>, string][] = [
    ['a new task with room for it is started', {}, 'admitted: start'],
    [
      'a task of a template counts its use first',
      { session: task({ spec: { templateId: 'fix-lint' } }) },
      'admitted: countTemplate, start',
    ],
    ['a new task without room is refused', { admission: busy }, 'refused: -> Failed ConcurrencyLimit'],
    ['one that waits in line stays Pending', { admission: inLine() }, 'in-line: -> Pending'],
    [
      'what the settings forbid is refused before it takes a place',
      { settings: parseSettings({ allowed: { agents: ['codex'] } }, 'f'), admission: busy },
      'invalid: -> Failed InvalidTask',
    ],

    [
      'a Job that waits is in time, however long',
      {
        session: task({ status: { phase: 'Creating', jobName: JOB } }),
        job: job({}, { waits: true }),
        now: after(80_000),
      },
      'launched: -> Creating',
    ],
    [
      'a Job that was suspended while it ran waits again',
      {
        session: running,
        job: job({}, { waits: true, hindrance: { step: 'Suspended', message: 'It waits' } }),
      },
      'launched: -> Creating',
    ],
    [
      'a Job that waits is given time before its own clock ends it',
      { job: job({}, { waits: true, extendIn: -1 }) },
      'launched: extend -> Creating',
    ],
    [
      'a Job whose pod began late is given time',
      { session: running, job: { ...works, extendIn: 0 } },
      'running: extend -> Running',
    ],

    ['a Job whose start no status tells of is taken over', { job: job() }, 'launched: -> Creating'],
    [
      'it is taken over when there is no room any more',
      { job: job(), admission: busy },
      'launched: -> Creating',
    ],
    [
      'it is taken over when the settings forbid it by now',
      { job: job(), settings: parseSettings({ allowed: { agents: ['codex'] } }, 'f') },
      'launched: -> Creating',
    ],
    ['one that runs already is shown as running', { job: works }, 'running: -> Running'],
    ['one that has finished already ends', { job: published }, 'outcome: archive -> Completed'],

    ['a Job that runs is shown', { session: running, job: works }, 'running: -> Running'],
    [
      'a Job that has published ends the task',
      { session: running, job: published },
      'outcome: archive -> Completed',
    ],
    [
      'a Job that failed ends the task',
      { session: running, job: failed },
      'outcome: archive -> Failed CloneFailed',
    ],
    [
      'a Job that is gone is lost, never started again',
      { session: running },
      'job-lost: -> Failed RunnerLost',
    ],
    [
      'a Job gone before it ran is lost too',
      { session: task({ status: { phase: 'Creating', jobName: JOB } }) },
      'job-lost: -> Failed RunnerLost',
    ],

    [
      'a cancelled task without a Job is Stopped',
      { session: task({ spec: { cancel: true } }) },
      'cancelled-before-start: -> Stopped Cancelled',
    ],
    [
      'a cancelled task in line is Stopped',
      { session: task({ spec: { cancel: true, queue: true } }), admission: busy },
      'cancelled-before-start: -> Stopped Cancelled',
    ],
    ['a cancelled Job that runs is stopped first', { session: cancelled, job: works }, 'stopping: stop'],
    [
      'cancelled before its status was written, it is stopped all the same',
      { session: task({ spec: { cancel: true } }), job: job() },
      'stopping: stop',
    ],
    [
      'a cancelled Job that has stopped ends the task',
      { session: cancelled, job: stopped },
      'outcome: archive -> Stopped Cancelled',
    ],
    [
      'a cancelled Job that had published stays Completed',
      { session: cancelled, job: published },
      'outcome: archive -> Completed',
    ],
    [
      'a cancelled task whose Job is gone is Stopped',
      { session: cancelled },
      'cancelled-job-gone: -> Stopped Cancelled',
    ],
    [
      'a cancelled task past its deadline is cancelled',
      { session: cancelled, job: works, now: after(9999) },
      'stopping: stop',
    ],
    [
      'an object that is being deleted is not started',
      { session: task({ meta: { deletionTimestamp: STARTED } }) },
      'cancelled-before-start: -> Stopped Cancelled',
    ],
    [
      'the Job of an object that is being deleted is stopped',
      { session: task({ meta: { deletionTimestamp: STARTED } }), job: works },
      'stopping: stop',
    ],

    [
      'a Job past its deadline is stopped',
      { session: running, job: works, now: after(3600) },
      'deadline: stop',
    ],
    [
      'a Job on a machine that slept past its deadline runs on: only running time counts',
      { session: running, job: { ...works, ranFor: 60_000 }, now: after(9999) },
      'running: -> Running',
    ],
    [
      'a Job that ran for its time is stopped, whatever the clock says',
      { session: running, job: { ...works, ranFor: 3_600_000 }, now: after(10) },
      'deadline: stop',
    ],
    [
      'a Job that was killed on a machine that slept past its deadline does not end as a Timeout',
      { session: running, job: { ...stopped, ranFor: 60_000 }, now: after(9999) },
      'outcome: archive -> Failed RunnerLost',
    ],
    [
      'a Job past its deadline that has stopped is a Timeout',
      { session: running, job: stopped, now: after(3601) },
      'outcome: archive -> Timeout DeadlineExceeded',
    ],
    [
      'a shorter deadline is kept',
      { session: task({ spec: { timeout: 60 }, status: running.status }), job: works, now: after(60) },
      'deadline: stop',
    ],
    [
      'a Job just before its deadline runs on, and its log is kept',
      { session: running, job: works, now: after(3599) },
      'running: keepLog -> Running',
    ],

    [
      'a finished task whose Job runs on has it stopped',
      { session: done('Failed'), job: works },
      'stop-leftovers: stop',
    ],
    [
      'a finished task keeps its log, then clears its Job away',
      { session: done('Failed'), job: failed },
      'kept: archive, removeJob',
    ],
    ['a finished task without a Job is left alone', { session: done('Completed') }, 'kept:'],
    [
      'cancelling a finished task changes nothing',
      { session: task({ spec: { cancel: true }, status: { phase: 'Completed', completionTime: STARTED } }) },
      'kept:',
    ],
    [
      'a finished task is left alone when the settings forbid it by now',
      { session: done('Completed'), settings: parseSettings({ allowed: { agents: ['codex'] } }, 'f') },
      'kept:',
    ],
    [
      'retention keeps the log before it deletes',
      { session: done('Stopped'), job: failed, now: after(7 * DAY) },
      'retention: archive, removeJob, delete',
    ],

    [
      'an interactive session is not ours',
      { session: task({ spec: { mode: 'interactive' } }), job: works },
      'not-background:',
    ],
    [
      'a batch session is not ours, whatever its status says',
      {
        session: task({ spec: { mode: 'batch' }, status: { phase: 'Failed', completionTime: STARTED } }),
        now: after(900 * DAY),
      },
      'not-background:',
    ],
  ];
  for (const [promise, parts, wanted] of cases) it(promise, () => assert.equal(short(planOf(parts)), wanted));

  it('is the same for the same observation', () =>
    assert.deepEqual(planOf({ session: running, job: works }), planOf({ session: running, job: works })));

  it('asks for a verdict only when one is needed', () => {
    for (const parts of [
      { session: running, job: works },
      { session: done('Failed') },
      { session: cancelled },
      { job: job() },
    ])
      planOf({ ...parts, admission });
  });
});
