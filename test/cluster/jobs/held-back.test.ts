import assert from 'node:assert/strict';
import { jobName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import type { Call } from '../../../src/engine/kubernetes/client/call.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import type { NewJob } from '../../../src/engine/kubernetes/jobs/job.ts';
import { readJob, jobResources } from '../../../src/engine/kubernetes/jobs/direct-reads.ts';
import type { KubernetesJobs } from '../../../src/engine/kubernetes/jobs/kubernetes-jobs.ts';
import { finished, observeUntil, running } from '../../contract/job-engine.ts';
import type { JobFacts } from '../../../src/domain/job-facts.ts';
import { until } from '../harness/until.ts';
import { inputOf, JobsCluster, type Project } from './jobs-cluster.ts';
import { hangs, PASSES } from './scripts.ts';

const QUEUE = 'kueue.x-k8s.io/queue-name';

/** A client whose new Jobs are in a queue and suspended, as Kueue's webhook makes them. */
const suspending = (client: KubeClient): KubeClient =>
  new Proxy(client, {
    get(target, name: keyof KubeClient) {
      const member: unknown = target[name];
      if (typeof member !== 'function') return member;
      return (call: Call) => {
        const job =
          call?.method === 'POST' && call.path.endsWith('/jobs') ? (call.body as NewJob) : undefined;
        const labels = { ...job?.metadata.labels, [QUEUE]: 'team' };
        const body = job && {
          ...job,
          metadata: { ...job.metadata, labels },
          spec: { ...job.spec, suspend: true },
        };
        return (member as (call: Call) => unknown).call(target, body ? { ...call, body } : call);
      };
    },
  });

/** Jobs that are suspended and resumed by other hands than bgtask's, as Kueue does it. */
describe('a Job that is held back', function () {
  this.timeout(180_000);
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

  it('by Kueue from the beginning waits, and begins when it is resumed', async () => {
    const operator = await project.operator(suspending(cluster.client));
    const session = await project.task('task', PASSES);
    await operator.start(session, inputOf(session));
    const held = await observeUntil(operator, session.metadata, ({ hindrance }) => hindrance !== undefined);
    assert.deepEqual(
      [held.hindrance?.step, held.waits, held.finished, held.fate],
      ['Waiting for Kueue', true, false, undefined],
    );
    await suspend(session, false);
    const ended = await observeUntil(operator, session.metadata, finished);
    assert.equal(ended.stages.publish.state, 'ended');
    assert.equal(ended.fate, undefined);
  });

  it('while it ran waits again, and begins again when it is resumed', async () => {
    const session = await project.task('task', hangs('work'));
    await jobs.start(session, inputOf(session));
    await observeUntil(jobs, session.metadata, running('work'));
    await suspend(session, true);
    const held = await observeUntil(jobs, session.metadata, ({ waits }) => waits === true);
    assert.deepEqual(
      [held.hindrance?.step, held.finished, held.fate, held.stages.work.state],
      ['Suspended', false, undefined, 'waiting'],
    );
    // An operator that starts now does not take the pod that goes for the end of the task.
    const again = await project.operator();
    assert.deepEqual(await again.observe(session.metadata).then((job) => [job?.finished, job?.fate]), [
      false,
      undefined,
    ]);
    await suspend(session, false);
    const next = await observeUntil(jobs, session.metadata, running('work'));
    assert.equal(next.fate, undefined);
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
    await cluster.cluster.ok(['cordon', 'pretend-node']);
    try {
      const session = await project.task('task', hangs('work'), { timeout: 60 });
      await jobs.start(session, inputOf(session));
      const due = (): Promise<JobFacts> =>
        until('that its clock has to be set', 90, async () => {
          const seen = await jobs.observe(session.metadata);
          return seen && (seen.extendIn ?? 1) <= 0 && seen;
        });
      const clock = async (): Promise<number> => (await jobOf(session)).spec?.activeDeadlineSeconds ?? 0;
      assert.equal((await due()).hindrance?.step, 'Waiting for a node');
      await jobs.extend(session.metadata);
      assert.ok((await clock()) >= 90);
      await due();
      await jobs.extend(session.metadata);
      assert.ok((await clock()) >= 120);
      await cluster.cluster.ok(['uncordon', 'pretend-node']);
      const { waits, startedAt } = await observeUntil(jobs, session.metadata, running('work'));
      const { status } = await jobOf(session);
      const late = (Date.parse(startedAt) - Date.parse(status?.startTime ?? '')) / 1000;
      assert.ok(waits === undefined && late >= 60, `began ${late} s late`);
      await jobs.extend(session.metadata);
      assert.ok((await clock()) >= late + 59);
      await jobs.stop(session.metadata);
      await observeUntil(jobs, session.metadata, finished);
    } finally {
      await cluster.cluster.ok(['uncordon', 'pretend-node']);
    }
  });
});
