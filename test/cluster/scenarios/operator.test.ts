import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { sessionName } from '../../../src/api/names.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import type { OperatorProcess } from './operator-process.ts';
import { NAMESPACE, PERSON, Scene } from './scene.ts';

const PROJECT = 'my-project';
const OTHER = 'alice';
const THIRD = 'bob';
const FIRST = 'upgrade-lodash';

interface Job {
  metadata: { uid: string; labels: Record<string, string>; ownerReferences: Record<string, unknown>[] };
  spec: { activeDeadlineSeconds: number; backoffLimit: number };
}
interface EventList {
  items: { reason: string; message: string; involvedObject: { kind: string; name: string } }[];
}

/** The command line of a task on a repository of its own. */
const words = (name: string): string[] => {
  const what = ['--repo', `https://example.com/example-org/${name}`, '-m', 'Upgrade it.'];
  return ['create', name, '-n', PROJECT, ...what];
};

describe('the operator, on a real API server', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let scene: Scene;
  const running: OperatorProcess[] = [];

  const operator = async (name: string): Promise<OperatorProcess> => {
    const started = await scene.operator(name);
    running.push(started);
    return started;
  };
  const create = (person: string, name: string, ...more: string[]) =>
    scene.bgtask(person, ...words(name), ...more);
  const job = async (name: string): Promise<Job | undefined> =>
    scene.object<Job>(PROJECT, 'job', `${sessionName(PROJECT, name)}-job`);
  const holder = async (): Promise<string | undefined> =>
    (await scene.object<{ spec: { holderIdentity: string } }>(NAMESPACE, 'lease', 'bgtask-operator'))?.spec
      .holderIdentity;

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.install(cluster);
    await scene.project(PROJECT, [PERSON, OTHER, THIRD]);
  });
  after(async () => {
    for (const one of running) await one.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  // One story: each step starts from what the one before left.
  let first: OperatorProcess;
  let uid: string;

  it('leads, and is ready once it has seen everything', async () => {
    first = await operator('first');
    await first.said('reconciling');
    assert.equal((await first.get('health', '/readyz')).status, 200);
    assert.equal((await first.get('health', '/healthz')).status, 200);
    assert.equal(await holder(), 'first');
  });

  it('makes the Job of a new task', async () => {
    const { code, stderr } = await create(PERSON, FIRST);
    assert.equal(code, 0, stderr);
    const task = await scene.task(PROJECT, FIRST);
    assert.equal(task?.status?.phase, 'Creating');
    assert.equal(task?.status?.jobName, `${sessionName(PROJECT, FIRST)}-job`);
    const made = await job(FIRST);
    assert.ok(made);
    uid = made.metadata.uid;
    assert.equal(made.spec.activeDeadlineSeconds, 3600);
    assert.equal(made.spec.backoffLimit, 0);
    assert.equal(made.metadata.labels['ambient-code.io/mode'], 'background');
    assert.equal(made.metadata.labels['ambient-code.io/task'], FIRST);
    assert.match(made.metadata.labels['ambient-code.io/creator'] ?? '', /^user-example\.com-[0-9a-f]+$/);
    const { kind, name, uid: owner, controller } = made.metadata.ownerReferences[0] ?? {};
    assert.deepEqual(
      { kind, name, owner, controller },
      {
        kind: 'AgenticSession',
        name: sessionName(PROJECT, FIRST),
        owner: task?.metadata.uid,
        controller: true,
      },
    );
  });

  it("refuses the same user's second task with the quickstart's words, and keeps nothing of it", async () => {
    const { code, stderr } = await create(PERSON, 'second');
    assert.equal(code, 8, stderr);
    assert.match(
      stderr,
      /Concurrent task limit reached: You already have 1 running background task\. Wait for it to complete or cancel it\./,
    );
    assert.equal(await scene.task(PROJECT, 'second'), undefined);
    assert.equal(await job('second'), undefined);
  });

  it('lets one wait in line that asks for it', async () => {
    const { code, stderr } = await create(PERSON, 'waiting', '--queue');
    assert.equal(code, 0, stderr);
    const { status } = (await scene.task(PROJECT, 'waiting')) ?? {};
    assert.equal(status?.phase, 'Pending');
    assert.equal(status?.currentPhase, 'Waiting in line, place 1');
    assert.equal(await job('waiting'), undefined);
  });

  it('leaves a task that kubectl applied where it is, and says why it cannot run', async () => {
    const repos = [{ input: { url: 'https://example.com/example-org/by-hand', branch: 'main' } }];
    await cluster.ok(['create', '-f', '-'], {
      user: PERSON,
      input: scene.manifest(PROJECT, 'by-hand', { repos }),
    });
    const { status } = await until('the verdict on the applied task', 30, async () => {
      const task = await scene.object<AgenticSession>(PROJECT, 'as', 'by-hand');
      return task?.status?.phase ? task : undefined;
    });
    assert.deepEqual([status?.phase, status?.reason], ['Failed', 'ConcurrencyLimit']);
    assert.match(status?.error ?? '', /^You already have 1 running background task\./);
  });

  it('runs exactly one of two that come at the same moment', async () => {
    const both = ['left', 'right'].map((name) => scene.bgtask('admin', ...words(name), '--as', THIRD));
    const codes = (await Promise.all(both)).map(({ code }) => code);
    assert.deepEqual(
      codes.toSorted((a, b) => a - b),
      [0, 8],
    );
    const left = (await job('left')) !== undefined;
    assert.notEqual(left, (await job('right')) !== undefined);
    await scene.ok('admin', 'delete', left ? 'left' : 'right', '-n', PROJECT, '--as', THIRD);
    await until('the end of its Job', 60, async () => !(await job('left')) && !(await job('right')));
  });

  it('stops one in line that never had a Job', async () => {
    await scene.ok(PERSON, 'cancel', 'waiting', '-n', PROJECT);
    const { status } = (await scene.task(PROJECT, 'waiting')) ?? {};
    assert.equal(status?.phase, 'Stopped');
    assert.equal(status?.reason, 'Cancelled');
    assert.deepEqual(await scene.names(PROJECT, 'jobs'), [`${sessionName(PROJECT, FIRST)}-job`]);
  });

  it('keeps its settings when the ConfigMap turns bad, and says so in an event', async () => {
    await scene.settings('limits: { perUsr: 5 }\n');
    await first.said('settings refused');
    const event = await until('the event of the bad settings', 30, async () => {
      const { items } = JSON.parse(
        await cluster.ok(['-n', NAMESPACE, 'get', 'events', '-o', 'json']),
      ) as EventList;
      return items.find(({ reason }) => reason === 'InvalidSettings');
    });
    assert.deepEqual([event.involvedObject.kind, event.involvedObject.name], ['ConfigMap', 'bgtask-config']);
    assert.match(event.message, /perUsr.*The previous settings remain in effect\.$/s);
    assert.equal((await create(PERSON, 'second')).code, 8, 'the limit of before holds');
  });

  it('takes good settings from its next decision on', async () => {
    const before = first.lines.length;
    await scene.settings('limits: { perUser: 2 }\n');
    await until('the new settings', 30, () =>
      first.lines.slice(before).some(({ message }) => message === 'settings taken'),
    );
    const { code, stderr } = await create(PERSON, 'second');
    assert.equal(code, 0, stderr);
    assert.ok(await job('second'));
  });

  it('tells Prometheus of tasks, passes, requests and the time to a Job', async () => {
    const { status, text } = await first.get('metrics', '/metrics');
    assert.equal(status, 200);
    const has = (pattern: RegExp): void => assert.match(text, pattern);
    has(/^bgtask_tasks\{phase="Creating",reason=""\} 2$/m);
    has(/^bgtask_tasks\{phase="Stopped",reason="Cancelled"\} 1$/m);
    has(/^bgtask_time_to_job_seconds_count 3$/m);
    has(/^bgtask_reconcile_seconds_count\{rule="admitted"\} 3$/m);
    has(/^bgtask_reconcile_failures_total \d+$/m);
    has(/^bgtask_queue_depth 0$/m);
    has(/^bgtask_api_requests_total\{method="POST",code="201"\} \d+$/m);
  });

  it("ends a deleted task's Job", async () => {
    await scene.ok(PERSON, 'delete', 'second', '-n', PROJECT);
    await until("the end of the deleted task's Job", 60, async () => (await job('second')) === undefined);
    assert.equal(await scene.task(PROJECT, 'second'), undefined);
  });

  it('leaves a second operator standing by: ready, and silent', async () => {
    const second = await operator('second');
    assert.equal((await second.get('health', '/readyz')).status, 200);
    assert.equal(await holder(), 'first');
    assert.ok(!second.lines.some(({ message }) => message === 'leading'));
  });

  it('hands the lease over when it is told to end', async () => {
    assert.equal(await first.end('SIGTERM'), 0);
    const second = running[1];
    assert.ok(second);
    await second.said('reconciling');
    assert.equal(await holder(), 'second');
    assert.equal((await job(FIRST))?.metadata.uid, uid, 'the Job of before is the one that runs');
  });

  it('is warned of by the command line when no operator answers, and the task is kept', async () => {
    await running[1]?.end('SIGKILL');
    const { code, stderr } = await create(OTHER, 'meanwhile');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /No operator has answered within 2 s; task "meanwhile" stays Pending/);
    assert.equal(await job('meanwhile'), undefined);
  });

  it('takes up everything after a crash, and doubles nothing', async () => {
    const third = await operator('third');
    await third.said('reconciling');
    await scene.becomes(PROJECT, 'meanwhile', 'started', ({ status }) => status?.phase === 'Creating');
    assert.equal((await job(FIRST))?.metadata.uid, uid);
    assert.deepEqual(
      (await scene.names(PROJECT, 'jobs')).sort(),
      [FIRST, 'meanwhile'].map((name) => `${sessionName(PROJECT, name)}-job`).sort(),
    );
    assert.equal((await scene.task(PROJECT, FIRST))?.status?.phase, 'Creating');
  });

  it('has done all this without an error of its own', () => {
    const errors = running.flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'));
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['settings refused'],
    );
  });
});
