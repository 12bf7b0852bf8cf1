import assert from 'node:assert/strict';
import { API_VERSION } from '../../src/api/names.ts';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create, Gate, isJudged, Operator, PROJECT } from './harness.ts';

const LINE = { queue: true };

describe('a controller that has nothing left to do', () => {
  let engine: MemoryEngine;
  let operator: Operator;
  beforeEach(() => {
    engine = new MemoryEngine();
    operator = new Operator(engine);
  });
  afterEach(() => operator.stop());

  it('is settled when there is nothing, and says so', async () => {
    assert.equal(operator.controller.settled, false, 'not before it has looked');
    await operator.settled();
  });

  it('is not settled while a task waits, runs, or has a Job to clear away', async () => {
    const seen: string[] = [];
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
  });

  it("is not settled while a deleted task's Job lives", async () => {
    engine.jobs.slowToDie = true;
    const { metadata } = await create(engine, 'one');
    await engine.untilPhase('one', 'Creating');
    const job = engine.jobs.of('one');
    const idle = new Gate();
    await engine.store.delete('AgenticSession', metadata);
    await engine.untilJobs(() => job?.stopped === true);
    operator.controller.onIdle = idle.open;
    job?.begin('clone');
    await idle.opened;
    assert.equal(operator.controller.settled, false);
    job?.finish();
    await operator.settled();
  });

  it('is settled although sessions that are not tasks are there', async () => {
    const { metadata } = await engine.store.create('AgenticSession', {
      apiVersion: API_VERSION,
      kind: 'AgenticSession',
      metadata: { namespace: PROJECT, name: 'theirs' },
      spec: { prompt: 'Hello' },
    });
    await engine.store.patchStatus('AgenticSession', metadata, { phase: 'Running' });
    await operator.stop();
    operator = new Operator(engine);
    await operator.settled();
  });

  it('ends its run when told to, the pass that runs finished first', async () => {
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
