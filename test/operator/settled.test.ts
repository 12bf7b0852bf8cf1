import assert from 'node:assert/strict';
import { API_VERSION } from '../../src/api/names.ts';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create, Gate, isJudged, Operator, PROJECT } from './harness.ts';

const LINE = { queue: true };

describe('a controller that has nothing left to do', () => {
  it('is settled when there is nothing, and says so', async () => {
    const operator = new Operator(new MemoryEngine());
    assert.equal(operator.controller.settled, false, 'not before it has looked');
    await operator.settled();
    await operator.stop();
  });

  it('is not settled while a task waits, runs, or has a Job to clear away', async () => {
    const engine = new MemoryEngine();
    const seen: string[] = [];
    const operator = new Operator(engine);
    operator.controller.onIdle = () => {
      if (operator.controller.settled) seen.push(`settled with ${engine.jobs.started.length} started`);
    };
    await create(engine, 'one');
    await engine.untilPhase('one', 'Creating');
    await create(engine, 'two', LINE);
    await engine.until('two', isJudged);
    engine.jobs.of('one')?.succeed();
    await engine.untilPhase('two', 'Creating');
    engine.jobs.of('two')?.succeed();
    await engine.untilFinished('two');
    await operator.settled();
    assert.deepEqual(await engine.jobs.list(), []);
    assert.deepEqual(
      seen.filter((words) => words === 'settled with 1 started'),
      [],
    );
    await operator.stop();
  });

  it('is settled although sessions that are no tasks are there', async () => {
    const engine = new MemoryEngine();
    const { metadata } = await engine.store.create('AgenticSession', {
      apiVersion: API_VERSION,
      kind: 'AgenticSession',
      metadata: { namespace: PROJECT, name: 'theirs' },
      spec: { prompt: 'Hello' },
    });
    await engine.store.patchStatus('AgenticSession', metadata, { phase: 'Running' });
    const operator = new Operator(engine);
    await operator.settled();
    await operator.stop();
  });

  it('ends its run when told to, the pass that runs finished first', async () => {
    const engine = new MemoryEngine();
    const operator = new Operator(engine);
    const beginning = new Gate();
    const going = new Gate();
    const start = engine.jobs.start.bind(engine.jobs);
    engine.jobs.start = async (session, input) => {
      beginning.open();
      await going.opened;
      return start(session, input);
    };
    await create(engine, 'one');
    await beginning.opened;
    const stopped = operator.stop();
    going.open();
    await stopped;
    assert.equal((await engine.task('one'))?.status?.phase, 'Creating');
  });
});
