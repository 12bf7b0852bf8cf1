import assert from 'node:assert/strict';
import { isFinished } from '../../../src/domain/task.ts';
import { holds } from '../jobs/scripts.ts';
import { PERSON } from '../scenarios/scene.ts';
import { account } from './account.ts';
import { FaultScene, type Route } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { LOG } from './lives.ts';
import type { Witness } from './witness.ts';
import { makingJob, phase, type Write } from './writes.ts';

describe('An API server that goes away', function () {
  this.timeout(120_000);
  let scene: FaultScene;
  let witness: Witness;
  let route: Route;
  let operator: KeptOperator;
  let count = 0;
  before(async () => {
    scene = await FaultScene.start();
    witness = await scene.project('outages', [PERSON]);
    route = await scene.route();
    operator = await scene.operator(route.kubeconfig);
  });
  afterEach(() => scene.cluster.resumeApiserver());
  after(() => scene?.close());

  const nextTask = (): string => `task-${++count}`;
  const create = async (name: string) =>
    scene.create(await scene.engine(), { project: witness.project, name, script: holds(name) });
  async function end(name: string): Promise<void> {
    await witness.becomes(name, 'progress 50', ({ status }) => (status?.progress ?? 0) >= 50);
    scene.kubelet.release(name);
    await witness.becomes(name, 'its end', isFinished);
    await account(witness, name, { phase: 'Completed', log: LOG });
  }

  it('and comes back while a task runs: the task ends well, in its one Job', async () => {
    const name = nextTask();
    await create(name);
    await witness.becomes(name, 'progress 50', ({ status }) => status?.progress === 50);
    await scene.cluster.stopApiserver();
    await scene.cluster.startApiserver();
    await end(name);
  });

  const MOMENTS: readonly Write[] = [makingJob, phase('Running'), phase('Completed')];
  for (const write of MOMENTS)
    it(`and comes back at the moment of ${write.name}: nothing is lost and nothing doubled`, async () => {
      const name = nextTask();
      const stopped = route.proxy.nth(write.of(name)).then(() => scene.cluster.stopApiserver());
      await create(name);
      if (write === MOMENTS.at(-1)) scene.kubelet.release(name);
      await stopped;
      await scene.cluster.startApiserver();
      await end(name);
    });

  it('and hangs for a while: what was asked meanwhile is done once', async () => {
    const name = nextTask();
    const asked = route.proxy.nth(makingJob.of(name)).then(() => scene.cluster.pauseApiserver());
    // The API server can stop before it answers the person: the operator may be faster.
    const created = create(name);
    await asked;
    // The lease is asked for while it hangs, so the operator has noticed.
    await route.proxy.nth(({ path }) => path.includes('/leases/'));
    scene.cluster.resumeApiserver();
    await created;
    await end(name);
  });

  it('and hangs until the operator has lost its lease: it starts again, and the task ends well', async () => {
    const name = nextTask();
    await create(name);
    await witness.becomes(name, 'progress 50', ({ status }) => status?.progress === 50);
    const { now } = operator;
    scene.cluster.pauseApiserver();
    assert.equal(await now.ended(), 1);
    scene.cluster.resumeApiserver();
    await end(name);
  });
});
