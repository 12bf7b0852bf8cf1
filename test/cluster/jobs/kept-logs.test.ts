import assert from 'node:assert/strict';
import { jobName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import type { KubernetesJobs } from '../../../src/engine/kubernetes/jobs/kubernetes-jobs.ts';
import { finished, observeUntil, readLogs } from '../../contract/job-engine.ts';
import { Deferred } from '../../support/deferred.ts';
import { until } from '../harness/until.ts';
import { inputOf, JobsCluster, type Project } from './jobs-cluster.ts';
import type { Script } from './pretend-kubelet.ts';
import { hangs, PASSES } from './scripts.ts';

/** Lines of 2,000 characters: many times what the status of a task holds. */
const LINES = 50;
const { work, ...others } = hangs('work');
const TALKS = { ...others, work: { ...work, noise: LINES, farewell: ['told to end'] } };
const WHOLE = /^hello from clone\nhello from work\n([^\n]{2000}\n){50}the end\n/;

describe('The log of a Job that is ended', () => {
  let cluster: JobsCluster;
  let project: Project;
  /** Of the operator that runs when the test begins. */
  let life: AbortController;
  let jobs: KubernetesJobs;
  before(async () => {
    cluster = await JobsCluster.start();
  });
  after(() => cluster?.close());
  beforeEach(async () => {
    project = await cluster.project();
    life = new AbortController();
    jobs = await project.operator(undefined, life.signal);
  });
  afterEach(() => project.close());

  const kubectl = (...args: string[]): Promise<string> => cluster.cluster.ok(['-n', project.name, ...args]);
  const podOf = ({ metadata }: AgenticSession): Promise<string> =>
    kubectl('get', 'pods', '-l', `job-name=${jobName(metadata.name)}`, '-o', 'name');
  const archivesOf = async (): Promise<string[]> =>
    (await kubectl('get', 'configmaps', '-l', 'app.kubernetes.io/component=log', '-o', 'name'))
      .trim()
      .split('\n');
  async function begun(script: Script = TALKS): Promise<AgenticSession> {
    const session = await project.task('task', script);
    await jobs.start(session, inputOf(session));
    await observeUntil(jobs, session.metadata, (job) => job.stages.work.state !== 'waiting');
    return session;
  }
  const podGone = (session: AgenticSession): Promise<unknown> =>
    until('the end of its pod', 30, async () => (await podOf(session)) === '');

  /** What an operator that comes when all is over still finds. */
  async function foundLater(session: AgenticSession): Promise<string> {
    await podGone(session);
    const later = await project.operator();
    await observeUntil(later, session.metadata, finished);
    assert.ok(await later.archive(session.metadata));
    await later.remove(session.metadata);
    return readLogs(project.reader(), session.metadata, false);
  }

  it('is whole although the operator dies as soon as it has suspended the Job', async () => {
    const session = await begun();
    await jobs.stop(session.metadata);
    life.abort();
    assert.match(await foundLater(session), WHOLE);
  });

  it('is whole although the operator that suspends the Job came a moment before, and dies then', async () => {
    const session = await begun();
    life.abort();
    const brief = new AbortController();
    const second = await project.operator(undefined, brief.signal);
    await second.stop(session.metadata);
    brief.abort();
    assert.match(await foundLater(session), WHOLE);
  });

  it('is whole although the operator is away when the Job’s own deadline takes its pod', async () => {
    const session = await begun();
    await jobs.keepLog(session.metadata);
    await jobs.keepLog(session.metadata);
    life.abort();
    const deadline = '{"spec":{"activeDeadlineSeconds":1}}';
    await kubectl('patch', 'job', jobName(session.metadata.name), '-p', deadline);
    assert.match(await foundLater(session), WHOLE);
  });

  it('has what was said after it was told to end, in one archive', async () => {
    const session = await begun();
    await jobs.stop(session.metadata);
    await observeUntil(jobs, session.metadata, finished);
    const url = await jobs.archive(session.metadata);
    assert.equal(await jobs.archive(session.metadata), url);
    await jobs.remove(session.metadata);
    const text = await readLogs(project.reader(), session.metadata, false);
    assert.match(text, WHOLE);
    assert.match(text, /told to end\n$/);
    assert.deepEqual(await archivesOf(), [`configmap/${session.metadata.name}-log-0`]);
  });

  it('is shown while the operator is away', async () => {
    const session = await begun();
    await jobs.stop(session.metadata);
    life.abort();
    await podGone(session);
    assert.match(await readLogs(project.reader(), session.metadata, false), WHOLE);
  });

  it('is whole although its node gives it away so slowly that the operator did not wait for it, and its pod stays until then', async () => {
    const session = await begun({ ...PASSES, work: { ...PASSES.work, noise: LINES } });
    await observeUntil(jobs, session.metadata, finished);
    life.abort();
    const { logs } = cluster.kubelet;
    const slow = new Deferred();
    logs.ready = slow.promise;
    const second = await project.operator();
    await observeUntil(second, session.metadata, finished);
    await assert.rejects(second.archive(session.metadata), /is still being read/);
    assert.notEqual(await podOf(session), '');
    slow.resolve();
    await until('the archived log', 30, () => second.archive(session.metadata).catch(() => undefined));
    await second.remove(session.metadata);
    assert.match(await readLogs(project.reader(), session.metadata, false), WHOLE);
  });

  it('does not keep the Job running when it cannot be kept', async () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'no-room' } };
    const spec = { hard: { 'count/configmaps': '0' } };
    await cluster.cluster.ok(['-n', project.name, 'create', '-f', '-'], {
      input: JSON.stringify({ ...quota, spec }),
    });
    await until('the quota', 30, async () => {
      const seen = await kubectl('get', 'resourcequota', 'no-room', '-o', 'jsonpath={.status.hard}');
      return seen !== '';
    });
    const session = await begun();
    await jobs.stop(session.metadata);
    await observeUntil(jobs, session.metadata, finished);
    assert.equal(await podOf(session), '');
  });
});
