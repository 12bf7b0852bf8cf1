import assert from 'node:assert/strict';
import { jobName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { readJob, jobResources } from '../../../src/engine/kubernetes/jobs/direct-reads.ts';
import type { KubernetesJobs } from '../../../src/engine/kubernetes/jobs/kubernetes-jobs.ts';
import { finished, observeUntil, running } from '../../contract/job-engine.ts';
import { inputOf, JobsCluster, type Project } from './jobs-cluster.ts';
import { hangs, PASSES } from './scripts.ts';

const QUEUE = 'kueue.x-k8s.io/queue-name';

/** Jobs that somebody else suspends and resumes, as Kueue does. */
describe('a Job that is held back', () => {
  let cluster: JobsCluster;
  let project: Project;
  let jobs: KubernetesJobs;
  before(async () => {
    cluster = await JobsCluster.start();
  });
  after(() => cluster?.close());
  beforeEach(async () => {
    project = await cluster.project();
    jobs = await project.operator();
  });
  afterEach(() => project.close());

  const patch = (session: AgenticSession, change: object): Promise<string> =>
    cluster.cluster.ok([
      '-n',
      project.name,
      'patch',
      'job',
      jobName(session.metadata.name),
      '-p',
      JSON.stringify(change),
    ]);
  const suspend = (session: AgenticSession, yes: boolean) => patch(session, { spec: { suspend: yes } });
  const jobOf = async (session: AgenticSession) => {
    const tracked = await readJob(jobResources(cluster.client), session.metadata);
    assert.ok(tracked);
    return tracked.job;
  };

  it('by Kueue before its pod was made waits, and begins when it is resumed', async () => {
    const session = await project.task('task', PASSES);
    await jobs.start(session, inputOf(session));
    await patch(session, { metadata: { labels: { [QUEUE]: 'team' } }, spec: { suspend: true } });
    const {
      hindrance,
      waits,
      finished: over,
      fate,
    } = await observeUntil(jobs, session.metadata, ({ hindrance: why }) => why !== undefined);
    assert.deepEqual([hindrance?.step, waits, over, fate], ['Waiting for Kueue', true, false, undefined]);
    await suspend(session, false);
    const ended = await observeUntil(jobs, session.metadata, finished);
    assert.equal(ended.stages.publish.state, 'ended');
    assert.equal(ended.fate, undefined);
  });

  it('while it ran waits again, and begins anew when it is resumed', async () => {
    const session = await project.task('task', hangs('work'));
    await jobs.start(session, inputOf(session));
    await observeUntil(jobs, session.metadata, running('work'));
    await suspend(session, true);
    const held = await observeUntil(jobs, session.metadata, ({ waits }) => waits === true);
    assert.deepEqual(
      [held.hindrance?.step, held.finished, held.fate, held.stages.work.state],
      ['Suspended', false, undefined, 'waiting'],
    );
    // The pod of before goes, and is no end of the task for an operator that starts now either.
    const again = await project.operator();
    assert.deepEqual(await again.observe(session.metadata).then((job) => [job?.finished, job?.fate]), [
      false,
      undefined,
    ]);
    await suspend(session, false);
    const anew = await observeUntil(jobs, session.metadata, running('work'));
    assert.equal(anew.fate, undefined);
    await jobs.stop(session.metadata);
    await observeUntil(jobs, session.metadata, finished);
  });

  it('is ended by a stop, which takes it out of its queue', async () => {
    const session = await project.task('task', hangs('work'));
    await jobs.start(session, inputOf(session));
    await patch(session, { metadata: { labels: { [QUEUE]: 'team' } }, spec: { suspend: true } });
    await observeUntil(jobs, session.metadata, ({ hindrance }) => hindrance !== undefined);
    await jobs.stop(session.metadata);
    await observeUntil(jobs, session.metadata, finished);
    const { metadata, spec } = await jobOf(session);
    assert.deepEqual([metadata.labels?.[QUEUE], spec?.suspend], [undefined, true]);
    assert.equal((await (await project.operator()).observe(session.metadata))?.finished, true);
  });

  // A minute and a little more: the shortest time that a task may have.
  it('because no node takes its pod outlives its own deadline, and has all of its time when the pod begins', async () => {
    const kubectl = (...args: string[]): Promise<string> => cluster.cluster.ok(args);
    await kubectl('cordon', 'pretend-node');
    try {
      const session = await project.task('task', hangs('work'), { timeout: 60 });
      await jobs.start(session, inputOf(session));
      const due = (wanted: number) =>
        observeUntil(jobs, session.metadata, ({ extendIn = 1 }) => extendIn <= wanted, 90);
      const clock = async (): Promise<number> => (await jobOf(session)).spec?.activeDeadlineSeconds ?? 0;
      assert.equal((await due(0)).hindrance?.step, 'Waiting for a node');
      await jobs.extend(session.metadata);
      assert.equal(await clock(), 90);
      await due(0);
      await jobs.extend(session.metadata);
      assert.ok((await clock()) >= 120);
      await kubectl('uncordon', 'pretend-node');
      const { waits, startedAt } = await observeUntil(jobs, session.metadata, running('work'));
      const { status } = await jobOf(session);
      const late = (Date.parse(startedAt) - Date.parse(status?.startTime ?? '')) / 1000;
      assert.ok(waits === undefined && late >= 60, `began ${late} s late`);
      await jobs.extend(session.metadata);
      assert.ok((await clock()) >= late + 59);
      await jobs.stop(session.metadata);
      await observeUntil(jobs, session.metadata, finished);
    } finally {
      await kubectl('uncordon', 'pretend-node');
    }
  });
});
