import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { conditionOf } from '../../../src/domain/conditions.ts';
import { isFinished } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { kubernetesEngine } from '../../../src/engine/kubernetes/kubernetes-engine.ts';
import { holds } from '../jobs/scripts.ts';
import { FaultScene } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { LOG } from './lives.ts';
import type { Witness } from './witness.ts';

const PROJECT = 'upgrade';

describe('What an older operator left', function () {
  this.timeout(120_000);
  let scene: FaultScene;
  let witness: Witness;
  let engine: Engine;
  /** With the rights of the operator that was there before. */
  let earlier: Engine;
  let kubeconfig: string;
  let operator: KeptOperator | undefined;
  before(async () => {
    scene = await FaultScene.start();
    witness = await scene.project(PROJECT);
    engine = await scene.engine();
    kubeconfig = await scene.scene.operatorKubeconfig();
    earlier = (await kubernetesEngine({ kubeconfig })) ?? assert.fail();
  });
  after(() => scene?.close());
  afterEach(() => operator?.close());

  const start = async (): Promise<void> => {
    operator = await scene.operator(kubeconfig);
  };
  const create = (name: string): Promise<AgenticSession> =>
    scene.create(engine, { project: PROJECT, name, script: holds(name) });
  /** Writes a status as that one. */
  const leave = ({ metadata }: AgenticSession, status: object): Promise<AgenticSession> =>
    earlier.store.patchStatus('AgenticSession', metadata, status);
  async function end(name: string): Promise<void> {
    scene.kubelet.release(name);
    const { status } = await witness.becomes(name, 'its end', isFinished);
    assert.equal(status?.phase, 'Completed', status?.error);
    assert.match(witness.archives(witness.task(name)).join('---'), LOG);
  }

  for (const [what, name, status] of [
    ['a status without a phase', 'no-phase', { progress: 0 }],
    ['an unknown phase', 'queued', { phase: 'Queued', currentPhase: 'In the queue' }],
  ] as const)
    it(`a task of ${what} runs`, async () => {
      await leave(await create(name), status);
      await start();
      await end(name);
    });

  it('a running task whose status lacks what newer ones have is taken up, and its status made whole', async () => {
    await start();
    const task = await create('running');
    await witness.becomes('running', 'progress 50', ({ status }) => status?.progress === 50);
    await operator?.close();
    const none = { conditions: null, observedGeneration: null, startTime: null, retryCount: null };
    await leave(task, { ...none, currentPhase: null, logs: null });
    await start();
    const { status } = await witness.becomes('running', 'its conditions', (now) =>
      ['Admitted', 'Scheduled'].every(
        (type) => conditionOf(now.status?.conditions, type as 'Admitted')?.status === 'True',
      ),
    );
    assert.deepEqual([status?.observedGeneration, status?.retryCount, status?.progress], [1, 0, 50]);
    assert.ok(status?.startTime);
    await end('running');
  });

  it('a task that has ended without saying when is kept, and not run again', async () => {
    const task = await create('ended');
    await leave(task, { phase: 'Completed' });
    await start();
    await create('next');
    await end('next');
    const now = witness.task('ended');
    assert.equal(now?.status?.phase, 'Completed');
    assert.equal(witness.jobs(now).length, 0);
  });
});
