import assert from 'node:assert/strict';
import { after, job, STARTED, task } from '../../domain/builders.ts';
import { busy, inLine, JOB, planOf, published, refused, running, works } from './plans.ts';

describe('what a plan writes', () => {
  it('a task in line has its place in currentPhase', () => {
    const plan = planOf({ admission: inLine() });
    assert.equal(plan.status?.currentPhase, 'Waiting in line, place 2');
    assert.deepEqual(
      plan.status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message]),
      [['Admitted', 'False', 'InLine', 'You already have 1 running background task.']],
    );
  });

  it('far back in line a task is told no place, so that a step of the line does not write to it', () =>
    assert.deepEqual(
      [{ after: 10 }, {}].map((standing) => planOf({ admission: inLine(standing) }).status?.currentPhase),
      ['Waiting in line, after at least 10 others', 'Waiting in line'],
    ));

  it('a refused task has the verdict in its condition and its error', () => {
    const { status } = planOf({ admission: busy });
    assert.deepEqual(
      [status?.error, status?.conditions?.[0]?.reason, status?.conditions?.[0]?.status],
      [refused.message, 'ConcurrencyLimit', 'False'],
    );
    assert.equal(status?.completionTime, after(600).toISOString());
  });

  it('a task whose Job was found has everything its start would have written', () => {
    const { status, requeueAfter } = planOf({
      session: task({ retry: { count: 2, of: 'root' } }),
      job: job(),
    });
    assert.deepEqual(
      [status?.jobName, status?.startTime, status?.retryCount, status?.currentPhase, status?.progress],
      [JOB, STARTED, 2, 'Initializing workspace', 0],
    );
    assert.equal(requeueAfter, 3_000_000);
  });

  for (const [what, facts] of [
    ['runs', works],
    ['has finished', published],
  ] as const)
    it(`a task whose Job ${what} is Admitted although no status said so`, () => {
      const line = task({
        spec: { queue: true },
        status: { phase: 'Pending', conditions: [{ type: 'Admitted', status: 'False' }] },
        retry: { count: 1, of: 'root' },
      });
      const { status } = planOf({ session: line, job: facts });
      assert.deepEqual([status?.jobName, status?.startTime, status?.retryCount], [JOB, STARTED, 1]);
      assert.equal(status?.conditions?.find(({ type }) => type === 'Admitted')?.status, 'True');
    });

  it('a running task keeps the start it had', () => {
    const session = task({
      status: { phase: 'Running', jobName: JOB, startTime: '2026-01-01T09:59:59.000Z' },
    });
    assert.equal(planOf({ session, job: works }).status?.startTime, '2026-01-01T09:59:59.000Z');
  });

  it('a finished Job is looked at once more, to be cleared away', () =>
    assert.equal(planOf({ session: running, job: published }).requeueAfter, 0));
  it('a lost Job says where to look', () =>
    assert.equal(
      planOf({ session: running }).status?.error,
      `The Job ${JOB} was deleted while it ran. See whether its branch is there, then retry the task.`,
    ));
});
