import assert from 'node:assert/strict';
import { BLIP, QUOTA, unschedulable } from './fates-recorded.ts';
import { QUEUE_LABEL } from '../../../../src/engine/kubernetes/jobs/job-names.ts';
import { jobFacts } from '../../../../src/engine/kubernetes/jobs/pod-facts.ts';
import {
  at,
  BACKOFF,
  type Case,
  CLONED,
  disruption,
  ended,
  facts,
  HELD,
  job,
  killed,
  pod,
  PUBLISHED,
  RUNS,
  SUSPENDED,
  suspended,
  waits,
  warning,
  WORKED,
} from './recorded.ts';

describe('jobFacts', () => {
  const live = pod({ phase: 'Running' }, { clone: CLONED, work: RUNS });
  const FINISHED: [string, boolean, Case][] = [
    ['a Job with a pod that runs', false, { pod: live }],
    ['a failed Job whose pod still runs', false, { job: job(BACKOFF), pod: live }],
    ['a deleted Job whose pod still runs', false, { jobGone: true, pod: live }],
    ['a suspended Job whose pod still ends', false, { job: job(suspended(), SUSPENDED), pod: live }],
    ['a Job that is to be suspended', false, { job: job({ active: 1 }, SUSPENDED) }],
    ['a Job that Kueue holds back from the beginning', false, { job: job(suspended(), HELD) }],
    [
      'a Job that Kueue suspended while it ran',
      false,
      { job: job(suspended(), HELD), pod: live, gone: true },
    ],
    [
      'a Job that was stopped for its fate by an earlier release',
      true,
      {
        job: job(suspended(), {
          ...HELD,
          metadata: { ...job().metadata, annotations: { 'ambient-code.io/fate': '{}' } },
        }),
      },
    ],
    ['a suspended Job whose pod is gone', true, { job: job(suspended(), SUSPENDED), pod: live, gone: true }],
    [
      'a suspended Job that still counts a pod as ending',
      false,
      { job: job({ ...suspended(), terminating: 1 }, SUSPENDED) },
    ],
    [
      'a deleted Job that counted a pod as ending, which is gone by now',
      true,
      { job: job({ ...suspended(), terminating: 1 }), jobGone: true, pod: live, gone: true },
    ],
    [
      'a pod that failed, before the Job has said so',
      false,
      { pod: pod({ phase: 'Failed' }, { clone: killed('Error') }) },
    ],
    [
      'a pod that succeeded',
      true,
      { pod: pod({ phase: 'Succeeded' }, { clone: CLONED, work: WORKED, publish: PUBLISHED }) },
    ],
    ['a pod of which the node tells nothing', false, { job: job(BACKOFF), pod: pod({ phase: 'Unknown' }) }],
  ];
  for (const [name, finished, seen] of FINISHED)
    it(`takes ${name} for ${finished ? '' : 'not '}finished`, () =>
      assert.equal(facts(seen).finished, finished));

  const HINDRANCES: [string, [step: string, message: string] | undefined, Case][] = [
    ['nothing of a Job of which nothing is known', undefined, { after: 20 }],
    [
      'that a quota leaves no room',
      ['Waiting for quota', QUOTA.replace('Error creating: ', '')],
      { events: [warning('FailedCreate', QUOTA)], after: 20 },
    ],
    [
      'that no node has room',
      ['Waiting for a node', '0/3 nodes are available: 3 Insufficient memory'],
      { pod: pod(unschedulable), after: 20 },
    ],
    ['nothing of a pod that runs', undefined, { pod: live, events: [warning('FailedCreate', QUOTA)] }],
    [
      'nothing once that is the fate',
      undefined,
      { events: [warning('FailedCreate', QUOTA)], after: 7300, waiting: 7200 },
    ],
    [
      'that an image cannot be pulled, from the first attempt on',
      [
        'Waiting for its image',
        `The image registry.example.com/runner:1 of the clone stage cannot be pulled, and is tried again: ${BLIP}`,
      ],
      { pod: pod({}, { clone: waits('ErrImagePull', BLIP) }), after: 5 },
    ],
    [
      'that the image of a later stage cannot be pulled',
      [
        'Waiting for its image',
        `The image registry.example.com/runner:1 of the work stage cannot be pulled, and is tried again: ${BLIP}`,
      ],
      { pod: pod({}, { clone: CLONED, work: waits('ImagePullBackOff', BLIP) }), after: 20 },
    ],
    [
      'that Kueue holds it back',
      ['Waiting for Kueue', 'The Job waits in the queue "team-a" of Kueue'],
      {
        job: job(suspended(), {
          ...HELD,
          metadata: { ...job().metadata, labels: { [QUEUE_LABEL]: 'team-a' } },
        }),
      },
    ],
    [
      'that a person suspended it',
      ['Suspended', 'The Job task-12345678-job was suspended, and goes on when it is resumed'],
      { job: job(suspended(), HELD), pod: live, gone: true },
    ],
  ];
  for (const [what, hindrance, seen] of HINDRANCES)
    it(`says of what hinders a Job ${what}`, () =>
      assert.deepEqual(facts(seen).hindrance, hindrance && { step: hindrance[0], message: hindrance[1] }));

  it('reads reports, exit codes and times of all stages', () => {
    const { stages } = facts({ pod: pod({ phase: 'Running' }, { clone: CLONED, work: RUNS }) });
    assert.deepEqual(stages, {
      clone: {
        state: 'ended',
        startedAt: at(5),
        finishedAt: at(10),
        exitCode: 0,
        report: { stage: 'clone', ok: true, progress: 20 },
      },
      work: { state: 'running', startedAt: at(11) },
      prove: { state: 'absent' },
      publish: { state: 'waiting' },
    });
  });
  it('takes a stage whose end was not seen for ended', () => {
    const { stages } = facts({ job: job(BACKOFF), pod: live, gone: true });
    assert.deepEqual(stages.work, { state: 'ended', startedAt: at(11) });
  });
  it('believes no report of another stage, and no text that is not a report', () => {
    const forged = ended(10, { stage: 'publish', ok: true, progress: 100 });
    const { stages } = facts({ pod: pod({}, { clone: forged, work: killed('Error') }) });
    assert.ok(stages.clone.state === 'ended' && stages.clone.report === undefined);
  });
  it('counts the newest of several pods', () => {
    const old = pod(
      { phase: 'Failed', ...disruption('TerminationByKubelet', '') },
      { clone: CLONED, work: killed('Error') },
      { uid: 'old' },
    );
    const young = pod({ phase: 'Running' }, { clone: RUNS }, { creationTimestamp: at(100) });
    const pods = [old, young].map((one) => ({ pod: one, gone: false }));
    const { stages, fate } = jobFacts({ job: job(), pods, live: { logTail: '' }, now: new Date(at(200)) });
    assert.deepEqual([stages.clone.state, stages.work.state, fate], ['running', 'waiting', undefined]);
  });
  it('names the step of a stage whose output was not read', () => {
    assert.deepEqual(facts({ pod: live }).live, { logTail: '', progress: 20, phase: 'Generating changes' });
    const told = { progress: 62, phase: 'Running formatters', logTail: 'x\n' };
    assert.deepEqual(
      jobFacts({ job: job(), pods: [{ pod: live, gone: false }], live: told, now: new Date() }).live,
      told,
    );
  });
  it('begins with the Job, also when it was suspended', () => {
    assert.equal(facts({ job: job(suspended(), SUSPENDED) }).startedAt, at(0));
  });

  const REPORTED = { inputTokens: 5, outputTokens: 1, costUSD: 0.01, turns: 2 };
  const COUNTED: [what: string, message: string, usage: object][] = [
    [
      'more than the work stage reports',
      JSON.stringify({ usage: { inputTokens: 900, outputTokens: 80, costUSD: 0.5, model: 'm' } }),
      { inputTokens: 900, outputTokens: 80, costUSD: 0.5, turns: 2, model: 'm' },
    ],
    ['less than it reports', JSON.stringify({ usage: { inputTokens: 1, outputTokens: 1 } }), REPORTED],
    ['nothing', '', REPORTED],
    ['a text that is not a report', '{"usage": {"inputTokens": -4}}', REPORTED],
  ];
  for (const [what, message, usage] of COUNTED)
    it(`takes the larger usage when the gateway's container counted ${what}`, () => {
      const work = ended(60, { stage: 'work', ok: true, progress: 80, usage: REPORTED });
      const seen = pod({ phase: 'Succeeded' }, { clone: CLONED, work, publish: PUBLISHED });
      const gateway = { name: 'gateway', state: { terminated: { exitCode: 0, message } } };
      seen.status?.initContainerStatuses?.push(gateway);
      const { stages } = facts({ pod: seen });
      assert.deepEqual(stages.work.state === 'ended' && stages.work.report?.usage, usage);
    });
});
