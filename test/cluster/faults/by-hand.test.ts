import assert from 'node:assert/strict';
import { jobName, sessionName } from '../../../src/api/names.ts';
import { isFinished, phaseOf } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { until } from '../harness/until.ts';
import { holds } from '../jobs/scripts.ts';
import { account } from './account.ts';
import { FaultScene } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { CUT, LOG } from './lives.ts';
import type { Witness } from './witness.ts';

const PROJECT = 'by-hand';
/** Seconds from room in a quota to a task that works. */
const SOON = 10;

const quota = (hard: object): object => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'small' },
  spec: { hard },
});

describe('What a user takes away from a task that runs', function () {
  this.timeout(120_000);
  let scene: FaultScene;
  let witness: Witness;
  let engine: Engine;
  let operator: KeptOperator;
  before(async () => {
    scene = await FaultScene.start();
    witness = await scene.project(PROJECT);
    engine = await scene.engine();
    operator = await scene.operator(await scene.scene.operatorKubeconfig());
  });
  after(() => scene?.close());
  afterEach(() => assert.deepEqual(operator.codes, [], 'the operator is the one of the beginning'));

  const kubectl = (...args: string[]): Promise<string> => scene.cluster.ok(['-n', PROJECT, ...args]);
  const apply = (object: object): Promise<string> =>
    scene.cluster.ok(['-n', PROJECT, 'apply', '-f', '-'], { input: JSON.stringify(object) });
  const untilQuota = (): Promise<unknown> =>
    until('the quota', 30, async () => {
      const used = await kubectl('get', 'resourcequota', 'small', '-o', 'jsonpath={.status.hard}');
      return used !== '';
    });
  const create = (name: string) => scene.create(engine, { project: PROJECT, name, script: holds(name) });
  /** A task that has come to its 50 %. */
  async function begin(name: string): Promise<void> {
    await create(name);
    await witness.becomes(name, 'progress 50', ({ status }) => status?.progress === 50);
  }
  async function end(name: string, runs = 1): Promise<void> {
    scene.kubelet.release(name);
    await witness.becomes(name, 'its end', isFinished);
    await account(witness, name, { phase: 'Completed', log: LOG, runs });
  }
  const podsOf = (name: string): string[] =>
    witness
      .pods(witness.task(name))
      .filter(({ gone }) => !gone)
      .map(({ states }) => states[0]?.metadata.name ?? '');

  it('its Job: the task fails and says so, its pod goes, its log stays, and nothing is run again', async () => {
    await begin('no-job');
    await kubectl('delete', 'job', jobName(sessionName(PROJECT, 'no-job')));
    const { status } = await witness.becomes('no-job', 'its end', isFinished);
    assert.match(status?.error ?? '', /^The Job .*was deleted while .*retry the task\.$/);
    await account(witness, 'no-job', { phase: 'Failed', reason: 'RunnerLost', log: CUT });
  });

  it('its pod: the task fails and says so, its log stays, and nothing is run again', async () => {
    await begin('no-pod');
    await kubectl('delete', 'pod', ...podsOf('no-pod'));
    const { status } = await witness.becomes('no-pod', 'its end', isFinished);
    assert.match(status?.error ?? '', /^The pod .* was deleted while the task ran.*retry the task\.$/);
    await account(witness, 'no-pod', { phase: 'Failed', reason: 'RunnerLost', log: CUT });
  });

  for (const [how, atOnce] of [
    ['once all of that is gone', false],
    ['also at the same moment', true],
  ] as const)
    it(`its object: Job and pod go, and a new task of the name runs, ${how}`, async () => {
      const name = atOnce ? 'at-once' : 'no-task';
      await begin(name);
      const old = witness.task(name) ?? assert.fail();
      const isGone = (): boolean => [...witness.jobs(old), ...witness.pods(old)].every(({ gone }) => gone);
      await engine.store.delete('AgenticSession', old.metadata);
      if (!atOnce) await until('the end of its Job and pod', 30, isGone);
      const again = await create(name);
      await witness.becomes(
        name,
        'progress 50 of the new one',
        ({ metadata, status }) => metadata.uid === again.metadata.uid && status?.progress === 50,
      );
      assert.ok(isGone(), 'the new one ran when nothing of the old one was left');
      scene.kubelet.release(name);
      await witness.becomes(name, 'its end', (task) => phaseOf(task) === 'Completed');
      assert.deepEqual([witness.jobs(old).length, witness.pods(old).length], [1, 1]);
      const now = witness.task(name);
      assert.deepEqual([witness.jobs(now).length, witness.pods(now).length], [1, 1]);
      assert.match(witness.archives(now).join('---'), LOG);
    });

  /** Attempts of the operator to make a Job: the ninth is followed by a pause of 25 s. */
  const jobAttempts = (): boolean =>
    operator.now.lines.filter(({ error }) => /exceeded quota/.test(String(error))).length >= 9;
  /** Attempts of the Job controller to make a pod: the sixth is followed by a pause of 32 s. */
  const podAttempts = async (): Promise<boolean> => {
    const counts = await kubectl(
      'get',
      'events',
      '-o',
      'jsonpath={.items[?(@.reason=="FailedCreate")].count}',
    );
    return counts.split(' ').reduce((sum, count) => sum + Number(count), 0) >= 6;
  };
  for (const [what, hard, attempts] of [
    ['Jobs', { 'count/jobs.batch': '0' }, jobAttempts],
    ['pods', { pods: '0' }, podAttempts],
  ] as const)
    it(`its room: a quota without place for ${what} is named in the task, which starts within ${SOON} s when there is place`, async () => {
      const name = `quota-${what.toLowerCase()}`;
      await apply(quota(hard));
      await untilQuota();
      await create(name);
      const waiting = await witness.becomes(name, 'why it waits', ({ status }) => {
        const condition = status?.conditions?.find(({ type }) => type === 'Scheduled')?.message;
        // Of a Job that is refused there is no Scheduled: the step has the words.
        return /exceeded quota: small/.test(condition ?? status?.currentPhase ?? '');
      });
      assert.ok(!isFinished(waiting));
      await until('so many attempts that the next one is far', 60, attempts);
      await apply(quota({ [Object.keys(hard)[0] ?? '']: '100' }));
      await witness.becomes(name, 'progress 50', ({ status }) => status?.progress === 50, SOON);
      await kubectl('delete', 'resourcequota', 'small');
      await end(name);
    });

  it('the room for its log: the task ends, its pod stays, and its log is archived when there is place', async () => {
    const name = 'quota-log';
    await begin(name);
    await apply(quota({ 'count/configmaps': '0' }));
    await untilQuota();
    scene.kubelet.release(name);
    const { status } = await witness.becomes(name, 'its end', isFinished);
    assert.deepEqual([status?.phase, status?.logArchive], ['Completed', undefined]);
    assert.equal(podsOf(name).length, 1);
    await kubectl('delete', 'resourcequota', 'small');
    await witness.becomes(name, 'its archived log', (task) => task.status?.logArchive !== undefined);
    await account(witness, name, { phase: 'Completed', log: LOG });
  });

  it('its place: an evicted pod is followed by another one, in the same Job, and the task ends well', async () => {
    await begin('evicted');
    const [pod = ''] = podsOf('evicted');
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod, namespace: PROJECT },
    };
    await scene.cluster.ok(
      ['create', '--raw', `/api/v1/namespaces/${PROJECT}/pods/${pod}/eviction`, '-f', '-'],
      {
        input: JSON.stringify(eviction),
      },
    );
    await until('another pod', 30, () => podsOf('evicted').some((name) => name !== pod));
    await end('evicted', 2);
  });

  it('its node: a pod that was lost with it is followed by another one, and the task ends well', async () => {
    await begin('node-lost');
    const [pod = ''] = podsOf('node-lost');
    // What the pod garbage collector writes and does for a pod whose node is gone.
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
    };
    const patch = JSON.stringify({ status: { phase: 'Failed', conditions: [condition] } });
    await kubectl('patch', 'pod', pod, '--subresource=status', '-p', patch);
    await kubectl('delete', 'pod', pod, '--force', '--grace-period=0');
    await until('another pod', 30, () => podsOf('node-lost').some((name) => name !== pod));
    await end('node-lost', 2);
  });
});
