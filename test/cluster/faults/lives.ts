import assert from 'node:assert/strict';
import { API_VERSION } from '../../../src/api/names.ts';
import { isFinished } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { taskLog } from '../../../src/service/task-log.ts';
import { until } from '../harness/until.ts';
import { holds, PASSES } from '../jobs/scripts.ts';
import { account } from './account.ts';
import { type FaultScene, ROOM_FOR_ALL } from './fault-scene.ts';
import type { Witness } from './witness.ts';
import {
  archiving,
  counting,
  droppingLog,
  itsPlace,
  keepingLog,
  makingAccount,
  makingJob,
  phase,
  progress,
  removingJob,
  removingPod,
  removingTask,
  retiringJob,
  stopping,
  suspendingJob,
  type Write,
} from './writes.ts';

/** Where lives are lived. */
export interface World {
  scene: FaultScene;
  witness: Witness;
  /** The person's. */
  engine: Engine;
}

/** One way that a task can go, from its making to the end of all that belonged to it. */
export interface Life {
  name: string;
  /** Those of the operator's writes at which it is disturbed, in order. Of all lives together: all there are, but for Events, which may be lost, and the lease. */
  writes: readonly Write[];
  /** Lives it, as people and the node see it, whatever becomes of the operator meanwhile; asserts that it went well. */
  live(world: World, task: string): Promise<void>;
}

export const LOG = /^hello from clone\nhello from work\nhello from publish\n$/;
/** Of a task whose work stage was ended. */
export const CUT = /^hello from clone\nhello from work\n$/;

const ended = (world: World, task: string) => world.witness.becomes(task, 'its end', isFinished);

/** Lets the stage go on once the operator has told of its progress. */
async function afterProgress({ scene, witness }: World, task: string): Promise<void> {
  await witness.becomes(task, 'progress 50', ({ status }) => status?.progress === 50);
  scene.kubelet.release(task);
}

/** What `bgtask logs` shows. */
async function logOf({ engine, witness }: World, name: string): Promise<string> {
  const task = witness.task(name) ?? assert.fail(`there is no task ${name}`);
  let text = '';
  const options = { follow: false, signal: AbortSignal.timeout(30_000) };
  for await (const piece of taskLog(engine, task, options)) text += piece;
  return text;
}

const create = ({ scene, engine, witness }: World, name: string, script = holds(name), spec: object = {}) =>
  scene.create(engine, { project: witness.project, name, script, spec });

async function liveWell(world: World, task: string): Promise<void> {
  const { witness, engine } = world;
  // Of its own, so that its uses are this one.
  const template = { namespace: witness.project, name: task };
  await engine.store.create('TaskTemplate', {
    apiVersion: API_VERSION,
    kind: 'TaskTemplate',
    metadata: template,
    spec: { displayName: 'Upgrade', instructionsTemplate: 'Upgrade.' },
  });
  await create(world, task, holds(task), { templateId: task });
  await afterProgress(world, task);
  await ended(world, task);
  await account(witness, task, { phase: 'Completed', log: LOG });
  const { status } = (await engine.store.get('TaskTemplate', template)) ?? {};
  assert.equal(status?.usageCount, 1);
  const [job] = witness.jobs(witness.task(task));
  await until(
    'the retired Job',
    60,
    () => job?.states.at(-1)?.metadata.labels?.['app.kubernetes.io/component'] === 'runner-retired',
  );
  assert.equal(job?.gone, false, 'its Job is there for kubectl to show');
}

async function liveUntilCancelled(world: World, task: string): Promise<void> {
  const { witness, engine } = world;
  const { metadata } = await create(world, task);
  await witness.becomes(task, 'progress 50', ({ status }) => status?.progress === 50);
  await engine.store.patch('AgenticSession', metadata, { spec: { cancel: true } });
  await ended(world, task);
  await account(witness, task, { phase: 'Stopped', reason: 'Cancelled', log: CUT });
  assert.match(await logOf(world, task), CUT);
  await until('the end of its Job', 30, () => witness.jobs(witness.task(task)).every(({ gone }) => gone));
}

/** What the kubelet says of an image that its registry does not have. */
const NO_IMAGE = {
  reason: 'ImagePullBackOff',
  message:
    'Back-off pulling image "golang:0": ErrImagePull: rpc error: code = NotFound desc = golang:0: not found',
};

async function liveWithoutImage(world: World, task: string): Promise<void> {
  const { witness } = world;
  await create(world, task, { ...PASSES, work: { ...PASSES.work, waits: NO_IMAGE } });
  const { status } = await ended(world, task);
  assert.match(status?.error ?? '', /of the work stage cannot be pulled: .*golang:0: not found/);
  await account(witness, task, { phase: 'Failed', reason: 'ImagePullFailed', log: /^hello from clone\n$/ });
}

async function liveBrief(world: World, task: string): Promise<void> {
  const { witness, scene } = world;
  await create(world, task);
  await scene.scene.settings(`${ROOM_FOR_ALL}retention: { completed: 1s }\n`);
  try {
    await afterProgress(world, task);
    await until('the end of the task and its Job', 60, () => {
      const [history] = witness.tasks(task);
      return history?.gone && witness.jobs(history.states[0]).every(({ gone }) => gone);
    });
  } finally {
    await scene.scene.settings(ROOM_FOR_ALL);
  }
  await account(witness, task, { phase: 'Completed', log: LOG });
}

/** Another task of the same person runs meanwhile. */
async function liveRefused(world: World, task: string): Promise<void> {
  const { witness, scene } = world;
  const other = `other-${task}`;
  await create(world, other, holds(other));
  await witness.becomes(other, 'running', ({ status }) => status?.phase === 'Running');
  await create(world, task);
  await ended(world, task);
  scene.kubelet.release(other);
  await ended(world, other);
  await account(witness, task, { phase: 'Failed', reason: 'ConcurrencyLimit', runs: 0 });
  await account(witness, other, { phase: 'Completed', log: LOG });
}

async function liveInLine(world: World, task: string): Promise<void> {
  const { witness, scene } = world;
  const other = `other-${task}`;
  await create(world, other, holds(other));
  await witness.becomes(other, 'running', ({ status }) => status?.phase === 'Running');
  await create(world, task, holds(task), { queue: true });
  await witness.becomes(task, 'in line', ({ status }) => status?.currentPhase === 'Waiting in line, place 1');
  scene.kubelet.release(other);
  await afterProgress(world, task);
  await ended(world, task);
  await account(witness, task, { phase: 'Completed', log: LOG });
  await account(witness, other, { phase: 'Completed', log: LOG });
}

export const LIVES: readonly Life[] = [
  {
    name: 'a task that ends well',
    writes: [
      makingAccount,
      counting,
      makingJob,
      phase('Creating'),
      phase('Running'),
      progress,
      archiving,
      phase('Completed'),
      removingPod,
      retiringJob,
    ],
    live: liveWell,
  },
  {
    name: 'a task that is cancelled',
    writes: [keepingLog, suspendingJob, stopping, archiving, droppingLog, phase('Stopped'), removingJob],
    live: liveUntilCancelled,
  },
  {
    name: 'a task whose image is not there',
    writes: [keepingLog, suspendingJob, archiving, droppingLog, phase('Failed'), removingJob],
    live: liveWithoutImage,
  },
  { name: 'a task that is kept no longer', writes: [removingTask], live: liveBrief },
  { name: 'a task over the limit', writes: [phase('Failed')], live: liveRefused },
  {
    name: 'a task that waits in line',
    writes: [itsPlace, makingJob],
    live: liveInLine,
  },
];
