import assert from 'node:assert/strict';
import { isFinished } from '../../src/domain/task.ts';
import { awaitTask } from '../../src/service/await-task.ts';
import { openWorld, type World } from '../cli/world.ts';

const never = (): boolean => false;

describe('awaitTask', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('ends at once for a state that is there', async () => {
    const task = await world.task('x', { status: { phase: 'Failed' } });
    const { reached, session } = await awaitTask(world.engine, task, { until: isFinished });
    assert.deepEqual([reached, session?.status?.phase], [true, 'Failed']);
  });

  it('tells each state, and ends with the one that was waited for', async () => {
    const task = await world.task('x');
    await world.task('other', { status: { phase: 'Failed' } });
    const phases: string[] = [];
    const next = ['Creating', 'Running', 'Completed'] as const;
    const { reached } = await awaitTask(world.engine, task, {
      until: isFinished,
      onChange: ({ status }) => {
        phases.push(status?.phase ?? 'none');
        const phase = next[phases.length - 1];
        if (phase) void world.status(task, { phase });
      },
    });
    assert.deepEqual([reached, phases], [true, ['none', 'Creating', 'Running', 'Completed']]);
  });

  it('knows a task that is gone, before or while it waits, from a new one of the same name', async () => {
    const task = await world.task('x');
    await world.store.delete('AgenticSession', task.metadata);
    assert.equal((await awaitTask(world.engine, task, { until: isFinished })).deleted, true);
    const again = await world.task('x', { status: { phase: 'Completed' } });
    assert.equal((await awaitTask(world.engine, task, { until: isFinished })).deleted, true);
    const waiting = awaitTask(world.engine, again, {
      until: () => false,
      onChange: () => void world.store.delete('AgenticSession', again.metadata),
    });
    assert.equal((await waiting).deleted, true);
  });

  it('gives up after its time, and when it is told to', async () => {
    const task = await world.task('x');
    const late = await awaitTask(world.engine, task, { until: never, milliseconds: 1 });
    assert.deepEqual([late.reached, late.deleted], [false, false]);
    const aborted = await awaitTask(world.engine, task, { until: never, signal: AbortSignal.abort() });
    assert.deepEqual([aborted.reached, aborted.deleted], [false, false]);
  });
});
