import assert from 'node:assert/strict';
import type { JobFacts } from '../../../src/domain/job-facts.ts';
import { after, ended, good, job, RUNNING, WAITING } from '../../domain/builders.ts';
import { cloned, planOf, running, short, works } from './plans.ts';

const at = (facts: JobFacts): [number | undefined, string | undefined] => {
  const { status } = planOf({ session: running, job: facts });
  return [status?.progress, status?.currentPhase];
};
const live = (progress: number, phase = 'words') => ({ live: { logTail: '', progress, phase } });

describe('the progress of a task that runs', () => {
  const cases: [string, JobFacts, number][] = [
    ['is what its stage says', job({ clone: cloned, work: RUNNING }, live(45)), 45],
    ['of clone is at most 20', job({ clone: RUNNING }, live(99)), 20],
    ['of work is at most 80, whatever it prints', job({ clone: cloned, work: RUNNING }, live(100)), 80],
    [
      'of publish is below 100 until the Job has finished',
      job({ clone: cloned, work: ended(good('work')), publish: RUNNING }, live(100)),
      99,
    ],
    ['is at least what the reports vouch for', job({ clone: cloned, work: RUNNING }), 20],
    [
      'does not believe a report of work that claims more',
      job({ clone: cloned, work: ended(good('work', { progress: 100 })), publish: RUNNING }),
      80,
    ],
    ['between two stages is that of the one that ended', job({ clone: cloned, work: WAITING }), 20],
  ];
  for (const [promise, facts, wanted] of cases) it(promise, () => assert.equal(at(facts)[0], wanted));

  for (const [stage, facts, phase] of [
    [
      'publish',
      job({ clone: cloned, work: ended(good('work')), publish: RUNNING }, live(100, 'Pull request created')),
      undefined,
    ],
    [
      'publish',
      job({ clone: cloned, work: ended(good('work')), publish: RUNNING }, live(90, 'Branch pushed')),
      'Branch pushed',
    ],
    ['work', job({ clone: cloned, work: RUNNING }, live(100, 'Pull request created')), undefined],
    ['work', job({ clone: cloned, work: RUNNING }, live(90, 'Branch pushed')), undefined],
  ] as const)
    it(`${stage} that prints "${facts.live.phase}" shows ${phase ?? 'no step that is not reached'}`, () =>
      assert.equal(at(facts)[1], phase));

  it('comes with the words of the step', () =>
    assert.equal(
      at(job({ clone: cloned, work: RUNNING }, live(62, 'Running formatters')))[1],
      'Running formatters',
    ));
  it('comes with what keeps a Job from beginning', () => {
    const hindrance = { step: 'Waiting for quota', message: 'exceeded quota: small' };
    const { status } = planOf({ session: running, job: job({}, { hindrance }) });
    const scheduled = status?.conditions?.find(({ type }) => type === 'Scheduled');
    assert.deepEqual(
      [status?.phase, status?.currentPhase, scheduled?.status, scheduled?.message],
      ['Creating', hindrance.step, 'False', hindrance.message],
    );
  });
  it('comes with usage and the end of the log', () => {
    const facts = job({ clone: cloned, work: RUNNING }, { live: { logTail: 'last', usage: { turns: 4 } } });
    const { status } = planOf({ session: running, job: facts });
    assert.deepEqual([status?.usage, status?.logs], [{ turns: 4 }, 'last']);
  });
  for (const [moment, now, rule, next] of [
    ['looks again when the stages have said their last words', after(600), 'running:', 2_985_000],
    [
      'keeps the log then, before the deadline takes the pod away',
      after(3585),
      'running: keepLog -> Running',
      15_000,
    ],
    ['and until the deadline', after(3599), 'running: keepLog -> Running', 1000],
  ] as const)
    it(moment, () => {
      const plan = planOf({ session: running, job: works, now });
      assert.ok(short(plan).startsWith(rule), short(plan));
      assert.equal(plan.requeueAfter, next);
    });
});
