import assert from 'node:assert/strict';
import { LABEL } from '../../../src/api/names.ts';
import { connect } from '../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { listWatch } from '../../../src/engine/kubernetes/client/list-watch.ts';
import { resource } from '../../../src/engine/kubernetes/client/resource.ts';
import type { JobObject } from '../../../src/engine/kubernetes/jobs/objects.ts';
import { KubernetesStore } from '../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { isFinished, phaseOf } from '../../../src/domain/task.ts';
import { taskObject } from '../../../src/service/task-object.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { PretendKubelet } from '../jobs/pretend-kubelet.ts';
import { PASSES } from '../jobs/scripts.ts';
import { OperatorProcess } from './operator-process.ts';
import { Scene } from './scene.ts';

/** The admission policy lets this account make tasks in the names of others. */
const SERVER = 'system:serviceaccount:bgtask-system:bgtask-server';
const PROJECTS = ['team-a', 'team-b', 'team-c', 'team-d'];
const TASKS = 200;
/** Pods that the node takes, and tasks that may be active in all projects and in each. */
const [ROOM, PER_CLUSTER, PER_PROJECT] = [2, 6, 2];
/** Turns among which each project that waits has one. */
const WINDOW = 3 * PER_CLUSTER;

const taskName = ({ labels }: { labels?: Record<string, string> }): string => labels?.[LABEL.task] ?? '';

describe('a cluster with room for 2 of 200 tasks', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let scene: Scene;
  let admin: KubeClient;
  let kubelet: PretendKubelet;
  let store: KubernetesStore;
  const over = new AbortController();
  const operators: OperatorProcess[] = [];
  /** Projects and tasks, in the order in which their Jobs were made. */
  const started: [project: string, task: string][] = [];

  const operate = async (name: string): Promise<OperatorProcess> => {
    const made = await OperatorProcess.start(await scene.operatorKubeconfig(), name);
    operators.push(made);
    await made.said('reconciling');
    return made;
  };
  const tasks = () => store.list('AgenticSession');
  const ended = async (): Promise<number> => (await tasks()).filter(isFinished).length;

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.install(cluster);
    for (const project of PROJECTS) await scene.project(project, [SERVER]);
    const { kubeconfig } = cluster;
    const [own, server] = await Promise.all([
      connect({ kubeconfig }),
      connect({ kubeconfig, impersonate: { user: SERVER } }),
    ]);
    assert.ok(own && server);
    admin = own;
    kubelet = await PretendKubelet.start(admin, ROOM);
    store = new KubernetesStore(admin);
    await scene.settings(`limits: { perProject: ${PER_PROJECT}, perCluster: ${PER_CLUSTER} }\n`);
    const maker = new KubernetesStore(server);
    // The first project's are all older than the second's, and so on.
    for (let at = 0; at < TASKS; at++) {
      const project = PROJECTS[Math.floor((at * PROJECTS.length) / TASKS)] ?? '';
      const url = `https://example.com/example-org/repo-${at}`;
      await maker.create(
        'AgenticSession',
        taskObject(project, `task-${at}`, {
          mode: 'background',
          prompt: JSON.stringify(PASSES),
          repos: [{ input: { url, branch: 'main' } }],
          interactive: false,
          autoPushOnComplete: true,
          userContext: { userId: `user-${at}@example.com` },
        }),
      );
    }
    server.close();
    void (async () => {
      const jobs = resource<JobObject>(admin, {
        group: 'batch',
        version: 'v1',
        plural: 'jobs',
        namespaced: true,
      });
      for await (const event of listWatch(jobs, { signal: over.signal }))
        if (event.type === 'ADDED') {
          const { metadata } = event.object;
          started.push([metadata.namespace, taskName(metadata)]);
        }
    })();
  });
  after(async () => {
    over.abort();
    for (const operator of operators) await operator.end('SIGKILL');
    kubelet?.close();
    admin?.close();
    await scene?.close();
    await cluster?.close();
  });

  it('lets those wait in line whom neither project nor cluster has room for, and tells them their places', async () => {
    await operate('first');
    const waiting = await until('every task has its verdict', 60, async () => {
      const all = (await tasks()).filter((task) => phaseOf(task) === 'Pending');
      return (
        all.length > 0 &&
        all.every(({ status }) => status?.currentPhase?.startsWith('Waiting in line, ')) &&
        all
      );
    });
    const places = new Set(waiting.map(({ status }) => status?.currentPhase));
    assert.ok(places.has('Waiting in line, place 1'), [...places].join('; '));
    const why = new Set(
      waiting.map(({ status }) => status?.conditions?.find(({ type }) => type === 'Admitted')?.message),
    );
    for (const words of why)
      assert.match(words ?? '', /as many active tasks as limits\.per(Project|Cluster) allows$/);
  });

  it('says why a Job waits: a short word in the step, the scheduler’s sentence in the condition', async () => {
    const task = await until('a Job that waits for a node', 60, async () =>
      (await tasks()).find(({ status }) => status?.currentPhase === 'Waiting for a node'),
    );
    const { message } = task.status?.conditions?.find(({ type }) => type === 'Scheduled') ?? {};
    assert.match(message ?? '', /^0\/1 nodes are available: .*Too many pods/);
  });

  it('goes on with the line after its operator was killed, and completes every task', async () => {
    await until('fifty ends', 300, async () => (await ended()) >= 50);
    await operators[0]?.end('SIGKILL');
    await operate('second');
    await until('the end of all', 500, async () => {
      const all = await tasks();
      const failed = all.filter((task) => isFinished(task) && phaseOf(task) !== 'Completed');
      assert.deepEqual(
        failed.map(({ metadata, status }) => [metadata.name, status?.phase, status?.reason, status?.error]),
        [],
      );
      return all.every(isFinished);
    });
    assert.equal((await tasks()).length, TASKS);
  });

  it('gave every project turns all along, and started the tasks of each by age', async () => {
    assert.equal(started.length, TASKS);
    // To the second: the API server says no more of their age.
    const created = new Map(
      (await tasks()).map((task) => [taskName(task.metadata), task.metadata.creationTimestamp ?? '']),
    );
    for (const project of PROJECTS) {
      const own = started.flatMap(([name, task]) => (name === project ? [created.get(task) ?? ''] : []));
      for (const [turn, time] of own.entries())
        for (const later of own.slice(turn + PER_CLUSTER))
          assert.ok(
            time <= later,
            `${project}: a task of ${time} had turn ${turn}, one of ${later} a later one`,
          );
    }
    // Which of the active pods the node takes first is the scheduler's choice, so turns are not strictly one after the other.
    const left = new Map(PROJECTS.map((project) => [project, TASKS / PROJECTS.length]));
    for (const [turn, [project]] of started.entries()) {
      const window = started.slice(turn, turn + WINDOW).map(([name]) => name);
      for (const other of PROJECTS)
        if ((left.get(other) ?? 0) > WINDOW)
          assert.ok(window.includes(other), `${other} had none of the ${WINDOW} turns after turn ${turn}`);
      left.set(project, (left.get(project) ?? 0) - 1);
    }
  });
});
