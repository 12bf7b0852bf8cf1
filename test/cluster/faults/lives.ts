import assert from 'node:assert/strict';
import { API_VERSION } from '../../../src/api/names.ts';
import { isFinished } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Exchange, Match } from '../../support/fault-proxy/exchange.ts';
import { taskLog } from '../../../src/service/task-log.ts';
import { until } from '../harness/until.ts';
import { holds, PASSES } from '../jobs/scripts.ts';
import { account } from './account.ts';
import type { FaultScene } from './fault-scene.ts';
import type { Witness } from './witness.ts';

/** Where lives are lived. */
export interface World {
  scene: FaultScene;
  witness: Witness;
  /** The person's. */
  engine: Engine;
}

/** A write of the operator. */
export interface Write {
  /** Completes the sentence "just before …". */
  name: string;
  /** For the task of this name; that may be a pattern. */
  of: (task: string) => Match;
  /** True when only an operator makes it that has just begun. */
  once?: boolean;
}

/** One way that a task can go, from its making to the end of all that belonged to it. */
export interface Life {
  name: string;
  /** Every write of the operator for it, in order of their first coming; Events, which may be lost, and the lease besides. */
  writes: readonly Write[];
  /** Lives it, as people and the node see it, whatever becomes of the operator meanwhile; asserts that it went well. */
  live(world: World, task: string): Promise<void>;
}

export const LOG = /^hello from clone\nhello from work\nhello from publish\n$/;

const on =
  (method: string, path: RegExp, holds: (exchange: Exchange) => boolean = () => true) =>
  (exchange: Exchange): boolean =>
    exchange.method === method && path.test(exchange.path) && holds(exchange);

const statusOf = ({ body }: Exchange) => (body as { status?: Record<string, unknown> }).status ?? {};
const isNamed = ({ body }: Exchange, task: string): boolean =>
  new RegExp(`^${task}-[0-9a-f]{8}-`).test((body as { metadata?: { name?: string } }).metadata?.name ?? '');
const specOf = ({ body }: Exchange) => (body as { spec?: Record<string, unknown> }).spec ?? {};

/** A status of the task for which this holds. */
const telling = (name: string, holds: (status: Record<string, unknown>) => boolean): Write => ({
  name,
  of: (task) =>
    on('PATCH', new RegExp(`/agenticsessions/${task}-[0-9a-f]{8}/status$`), (exchange) =>
      holds(statusOf(exchange)),
    ),
});
export const phase = (wanted: string): Write =>
  telling(`telling that the task is ${wanted}`, (status) => status['phase'] === wanted);
/** A write to the task's Job. */
const toJob = (name: string, method: string, holds: (exchange: Exchange) => boolean = () => true): Write => ({
  name,
  of: (task) => on(method, new RegExp(`/jobs/${task}-[0-9a-f]{8}-job$`), holds),
});

const makingAccount: Write = {
  name: "making the account of the project's pods",
  of: () => on('POST', /\/serviceaccounts$/),
  once: true,
};
const counting: Write = {
  name: "counting the template's use",
  of: (task) => on('PATCH', new RegExp(`/tasktemplates/${task}/status$`)),
};
export const makingJob: Write = {
  name: 'making the Job',
  of: (task) => on('POST', /\/jobs$/, (exchange) => isNamed(exchange, task)),
};
const archiving: Write = {
  name: 'archiving the log',
  of: (task) => on('POST', /\/configmaps$/, (exchange) => isNamed(exchange, task)),
};
const removingPod: Write = {
  name: 'removing the pod',
  of: (task) => on('DELETE', new RegExp(`/pods/${task}-[0-9a-f]{8}-job-`)),
};
const retiringJob = toJob(
  'retiring the Job',
  'PATCH',
  (exchange) => 'ttlSecondsAfterFinished' in specOf(exchange),
);
const suspendingJob = toJob(
  'suspending the Job',
  'PATCH',
  (exchange) => specOf(exchange)['suspend'] === true,
);
const removingJob = toJob('removing the Job', 'DELETE');
const removingTask: Write = {
  name: 'removing the task, whose time is over',
  of: (task) => on('DELETE', new RegExp(`/agenticsessions/${task}-[0-9a-f]{8}$`)),
};

/** Writes that tell of steps of a running task: how many there are is a matter of time. */
const PROGRESS = telling('telling of progress', (status) => !('phase' in status));

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
    30,
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
  await account(witness, task, { phase: 'Stopped', reason: 'Cancelled', log: 'perhaps' });
  assert.equal(await logOf(world, task), 'hello from clone\nhello from work\n');
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
  await account(witness, task, { phase: 'Failed', reason: 'ImagePullFailed', log: 'perhaps' });
}

async function liveBrief(world: World, task: string): Promise<void> {
  const { witness, scene } = world;
  await create(world, task);
  await scene.scene.settings('retention: { completed: 1s }\n');
  try {
    await afterProgress(world, task);
    await until('the end of the task and its Job', 60, () => {
      const [history] = witness.tasks(task);
      return history?.gone && witness.jobs(history.states[0]).every(({ gone }) => gone);
    });
  } finally {
    await scene.scene.settings('{}\n');
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
      PROGRESS,
      archiving,
      phase('Completed'),
      removingPod,
      retiringJob,
    ],
    live: liveWell,
  },
  {
    name: 'a task that is cancelled',
    writes: [
      suspendingJob,
      telling('telling that it stops', (status) => status['currentPhase'] === 'Stopping'),
      phase('Stopped'),
      removingJob,
    ],
    live: liveUntilCancelled,
  },
  {
    name: 'a task whose image is not there',
    writes: [suspendingJob, phase('Failed'), removingJob],
    live: liveWithoutImage,
  },
  { name: 'a task that is kept no longer', writes: [removingTask], live: liveBrief },
  { name: 'a task over the limit', writes: [phase('Failed')], live: liveRefused },
  {
    name: 'a task that waits in line',
    writes: [
      telling('telling its place', (status) => String(status['currentPhase']).startsWith('Waiting')),
      makingJob,
    ],
    live: liveInLine,
  },
];
