import assert from 'node:assert/strict';
import { jobName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { jobFacts } from '../../../src/engine/kubernetes/jobs/pod-facts.ts';
import type { EventObject, JobObject } from '../../../src/engine/kubernetes/jobs/objects.ts';
import type { KubernetesJobs } from '../../../src/engine/kubernetes/jobs/kubernetes-jobs.ts';
import { finished, observeUntil, readLogs, running } from '../../contract/job-engine.ts';
import { until } from '../harness/until.ts';
import { inputOf, JobsCluster, type Project } from './jobs-cluster.ts';
import { hangs, PASSES } from './scripts.ts';

const NOT_FOUND = {
  reason: 'ImagePullBackOff',
  message:
    'Back-off pulling image "golang:0": ErrImagePull: rpc error: code = NotFound desc = golang:0: not found',
};

describe('Jobs and what happens to them', () => {
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

  const kubectl = (...args: string[]): Promise<string> => cluster.cluster.ok(['-n', project.name, ...args]);
  async function begun(script = hangs('work')): Promise<AgenticSession> {
    const session = await project.task('task', script);
    await jobs.start(session, inputOf(session));
    return session;
  }
  const podOf = async (session: AgenticSession): Promise<string> =>
    kubectl('get', 'pods', '-l', `job-name=${jobName(session.metadata.name)}`, '-o', 'name');

  it('keeps the fate of a Job that was stopped for it, also for an operator that starts again', async () => {
    const session = await begun({ ...PASSES, work: { ...PASSES.work, waits: NOT_FOUND } });
    const doomed = await observeUntil(jobs, session.metadata, ({ fate }) => fate !== undefined);
    assert.deepEqual([doomed.fate?.reason, doomed.finished], ['ImagePullFailed', false]);
    await jobs.stop(session.metadata);
    const ended = await observeUntil(jobs, session.metadata, finished);
    assert.deepEqual(ended.fate, doomed.fate);
    const again = await (await project.operator()).observe(session.metadata);
    assert.deepEqual([again?.finished, again?.fate], [true, doomed.fate]);
    assert.deepEqual(
      await project
        .reader()
        .observe(session.metadata)
        .then((job) => job?.fate),
      doomed.fate,
    );
  });

  it('shows a Job’s own deadline in the facts, with the log of the pod that is gone', async () => {
    const session = await begun();
    await observeUntil(jobs, session.metadata, running('work'));
    await kubectl(
      'patch',
      'job',
      jobName(session.metadata.name),
      '-p',
      '{"spec":{"activeDeadlineSeconds":1}}',
    );
    const job = await observeUntil(jobs, session.metadata, finished);
    assert.equal(job.fate?.reason, 'DeadlineExceeded');
    assert.equal(await podOf(session), '');
    assert.equal(job.live.logTail, 'hello from clone\nhello from work\n');
    await jobs.archive(session.metadata);
    assert.equal(await readLogs(project.reader(), session.metadata, false), job.live.logTail);
  });

  it('tells of a pod that was deleted by hand', async () => {
    const session = await begun();
    await observeUntil(jobs, session.metadata, running('work'));
    await kubectl('delete', await podOf(session).then((name) => name.trim()));
    const { fate } = await observeUntil(jobs, session.metadata, finished);
    assert.match(fate?.message ?? '', /^The pod .* was deleted while the task ran/);
  });

  it('tells of a Job that was deleted by hand, and keeps what its stages said', async () => {
    const session = await begun();
    await observeUntil(jobs, session.metadata, running('work'));
    await kubectl('delete', 'job', jobName(session.metadata.name));
    const job = await observeUntil(jobs, session.metadata, finished);
    assert.match(job.fate?.message ?? '', /^The Job was deleted while the task ran/);
    assert.ok(job.stages.clone.state === 'ended' && job.stages.clone.report?.ok);
    assert.ok(await jobs.archive(session.metadata));
    await jobs.remove(session.metadata);
    assert.equal(await jobs.observe(session.metadata), undefined);
  });

  it('goes on in another pod after a disruption', async () => {
    const session = await begun();
    await observeUntil(jobs, session.metadata, running('work'));
    const [first = ''] = (await podOf(session)).trim().split('\n');
    const name = first.replace('pod/', '');
    await cluster.client.json({
      method: 'POST',
      path: `/api/v1/namespaces/${project.name}/pods/${name}/eviction`,
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: project.name } },
    });
    await until('another pod', 20, async () => {
      const names = (await podOf(session)).trim();
      return names !== '' && !names.split('\n').includes(first);
    });
    const job = await observeUntil(jobs, session.metadata, running('work'));
    assert.deepEqual([job.fate, job.finished], [undefined, false]);
    await jobs.stop(session.metadata);
    await observeUntil(jobs, session.metadata, finished);
  });

  for (const [name, manifest, reason, words] of [
    [
      'a quota without room',
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' }, spec: { hard: { pods: '0' } } },
      'Unschedulable',
      /exceeded quota: small/,
    ],
    [
      'limits that the pod does not keep',
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'low' },
        spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] },
      },
      'InvalidTask',
      /maximum memory usage per Container is 1Gi/,
    ],
  ] as const)
    it(`reads in events of ${name}`, async () => {
      await cluster.cluster.ok(['-n', project.name, 'create', '-f', '-'], {
        input: JSON.stringify(manifest),
      });
      const session = await begun();
      const of = <T extends { metadata: { name: string } }>(group: string, plural: string) =>
        resource<T>(cluster.client, { group, version: 'v1', plural, namespaced: true });
      const job = await of<JobObject>('batch', 'jobs').get({
        namespace: project.name,
        name: jobName(session.metadata.name),
      });
      assert.ok(job);
      const events = await until('the event', 20, async () => {
        const { items } = await of<EventObject>('', 'events').list({
          namespace: project.name,
          fieldSelector: `involvedObject.uid=${job.metadata.uid}`,
        });
        return items.some((event) => event.reason === 'FailedCreate') ? items : undefined;
      });
      const { fate } = jobFacts({
        job,
        pods: [],
        events,
        live: { logTail: '' },
        now: new Date(Date.now() + 600_000),
      });
      assert.equal(fate?.reason, reason);
      assert.match(fate?.message ?? '', words);
    });

  it('starts no Job where another object has its name', async () => {
    const first = await begun();
    await observeUntil(jobs, first.metadata, running('work'));
    await kubectl('delete', 'agenticsession', first.metadata.name, '--cascade=orphan');
    const second = await project.task('task', PASSES);
    // The garbage collector took the owner away from the orphan: it does not belong to an object now.
    await assert.rejects(jobs.start(second, inputOf(second)), /is still there/);
  });

  it('archives a log of many megabytes in parts, without its middle', async () => {
    const session = await begun({ ...PASSES, work: { ...PASSES.work, noise: 3000 } });
    await observeUntil(jobs, session.metadata, finished, 60);
    await jobs.archive(session.metadata);
    const parts = (
      await kubectl('get', 'configmaps', '-l', 'app.kubernetes.io/component=log', '-o', 'name')
    ).trim();
    assert.equal(parts.split('\n').length, 4);
    await jobs.remove(session.metadata);
    const text = await readLogs(project.reader(), session.metadata, false);
    assert.match(
      text,
      /^hello from clone\nhello from work\n[^]*bytes of log left out here[^]*the end\nhello from publish\n$/,
    );
  });

  it('needs one request for a Job that runs, besides one for each log and the end of it', async () => {
    const counted = project.counting();
    const operator = await project.operator(counted.client);
    const warm = await project.task('warm', PASSES);
    await operator.start(warm, inputOf(warm));
    await observeUntil(operator, warm.metadata, finished);
    counted.calls.length = 0;
    const session = await project.task('task', PASSES);
    await operator.start(session, inputOf(session));
    await observeUntil(operator, session.metadata, finished);
    await operator.archive(session.metadata);
    await operator.remove(session.metadata);
    const short = counted.calls.map((call) =>
      call.replace(/^(\S+) .*\/pods\/[\w-]+$/, '$1 pod').replace(/^(\S+) .*\/(\w+)$/, '$1 $2'),
    );
    assert.deepEqual(short.sort(), [
      'DELETE pod',
      'GET log',
      'GET log',
      'GET log',
      'GET log',
      'PATCH job',
      'POST configmaps',
      'POST jobs',
    ]);
  });
});
