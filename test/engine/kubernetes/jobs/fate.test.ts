import assert from 'node:assert/strict';
import { BLIP, FATES, QUOTA, unmatched, unschedulable } from './fates-recorded.ts';
import {
  at,
  BACKOFF,
  type Case,
  CLONED,
  DEADLINE,
  disruption,
  ended,
  facts,
  HELD,
  job,
  killed,
  pod,
  RESUMED,
  RUNS,
  SUSPENDED,
  suspended,
  waits,
  warning,
  WORKED,
} from './recorded.ts';

/** What is told of a Job that never began. */
const NEVER_BEGAN: typeof FATES = {
  'a queue of Kueue that never comes to it': [
    { job: job(suspended(), HELD), after: 3600, waiting: 3600 },
    'NeverScheduled',
    /did not begin within 1 hour \(deadline\.waiting\): The Job task-12345678-job was suspended/,
  ],
  'a Job that is suspended and resumed again and again': [
    {
      job: job(
        {
          ...suspended(),
          conditions: [{ type: 'Suspended', status: 'True', lastTransitionTime: at(89_900) }],
        },
        HELD,
      ),
      after: 90_000,
      waiting: 86_400,
    },
    'NeverScheduled',
    /did not begin within 24 hours/,
  ],
  'a Job whose own time was over before its pod began, without an operator': [
    { job: job(DEADLINE), pod: pod(unschedulable, {}, { deletionTimestamp: at(3600) }), gone: true },
    'NeverScheduled',
    /The time of the Job task-12345678-job was over before its pod began/,
    true,
  ],
};

/** What looks like a fate and is not one: it may still pass, or the Job goes on. */
const NONE: Record<string, Case> = {
  'a first failed pull': { pod: pod({}, { clone: waits('ErrImagePull', 'i/o timeout') }), after: 20 },
  'a registry that was away for a minute': {
    pod: pod({}, { clone: waits('ImagePullBackOff', BLIP) }),
    after: 60,
  },
  'an image of the work stage, pulled late': {
    pod: pod(
      {},
      {
        clone: ended(590, { stage: 'clone', ok: true, progress: 20 }),
        work: waits('ImagePullBackOff', BLIP),
      },
    ),
  },
  'a pod that waits for room on a node for longer than its task may run': {
    pod: pod(unschedulable),
    after: 80_000,
    waiting: 86_400,
  },
  'a pod that no node takes for ten minutes': { pod: pod(unmatched), after: 600, waiting: 86_400 },
  'a Secret that was made just now': {
    pod: pod({}, { clone: waits('CreateContainerConfigError', 'secret "x" not found') }),
    after: 10,
  },
  'a Job that waits for room in a quota for longer than its task may run': {
    events: [warning('FailedCreate', QUOTA)],
    after: 80_000,
    waiting: 86_400,
  },
  'a Job that Kueue suspended while it ran': {
    job: job(suspended(), HELD),
    pod: pod({}, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(300) }),
    gone: true,
    waiting: 86_400,
  },
  'a Job that was resumed, and whose new pod is not there yet': {
    job: job(RESUMED),
    pod: pod({}, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(300) }),
    gone: true,
    waiting: 86_400,
  },
  'a Job without a pod yet': {},
  'a pod that will be replaced': {
    pod: pod(
      { phase: 'Failed', ...disruption('TerminationByKubelet', 'low on memory') },
      { clone: CLONED, work: killed('Error') },
    ),
  },
  'a program that was killed for memory inside a stage that ended well': {
    pod: pod(
      { phase: 'Running' },
      { clone: CLONED, work: { terminated: { ...WORKED.terminated, reason: 'OOMKilled' } }, publish: RUNS },
    ),
  },
  'a stage that failed by itself': {
    pod: pod(
      { phase: 'Failed' },
      { clone: ended(10, { stage: 'clone', ok: false, progress: 5, reason: 'CloneFailed' }, 1) },
    ),
    job: job(BACKOFF),
  },
  'a task that was stopped': {
    job: job(suspended(), SUSPENDED),
    pod: pod({ phase: 'Running' }, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(100) }),
    gone: true,
  },
};

describe('the fate of a Job', () => {
  for (const [name, [seen, reason, words, finished = false]] of Object.entries({ ...FATES, ...NEVER_BEGAN }))
    it(`tells ${name}`, () => {
      const found = facts(seen);
      assert.equal(found.fate?.reason, reason);
      assert.match(found.fate?.message ?? '', words);
      assert.equal(found.finished, finished, 'finished');
    });
  for (const [name, seen] of Object.entries(NONE))
    it(`sees no fate in ${name}`, () => assert.equal(facts(seen).fate, undefined));

  it('keeps the fate that was written down when its witness was taken away', () => {
    const seen = job(suspended(), SUSPENDED);
    seen.metadata.annotations = {
      'ambient-code.io/fate': JSON.stringify({ reason: 'ImagePullFailed', message: 'No such image.' }),
    };
    assert.deepEqual(facts({ job: seen }).fate, { reason: 'ImagePullFailed', message: 'No such image.' });
    seen.metadata.annotations = { 'ambient-code.io/fate': '{"reason":"Forged"}' };
    assert.equal(facts({ job: seen }).fate, undefined);
  });
});
