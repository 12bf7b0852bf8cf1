import assert from 'node:assert/strict';
import { BgtaskError } from '../../src/domain/errors.ts';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create, isJudged, Operator, settingsOf } from './harness.ts';

const LINE = { queue: true };
const DAY = 86_400;

describe('the controller, when tasks go', () => {
  let engine: MemoryEngine;
  let operators: Operator[];
  const operate = (document: object = {}): Operator => {
    const operator = new Operator(engine, settingsOf(document));
    operators.push(operator);
    return operator;
  };

  beforeEach(() => {
    engine = new MemoryEngine();
    operators = [];
  });
  afterEach(async () => {
    for (const operator of operators) await operator.stop();
  });

  describe('a task that is deleted', () => {
    it('while it runs has its Job stopped, its log kept, its Job cleared away and its place given on', async () => {
      const operator = operate();
      const { metadata } = await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      const job = engine.jobs.of('one');
      job?.begin('clone', { line: 'hello' });
      await create(engine, 'next', LINE);
      await engine.until('next', isJudged);
      await engine.store.delete('AgenticSession', metadata);
      await engine.untilPhase('next', 'Creating');
      engine.jobs.of('next')?.succeed();
      await engine.untilFinished('next');
      await operator.settled();
      assert.deepEqual([job?.stopped, await engine.jobs.list()], [true, []]);
      assert.ok(await engine.jobs.archive(metadata));
    });

    it('with its whole project is cleared away although its log can be kept nowhere', async () => {
      const operator = operate();
      const { metadata } = await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      const job = engine.jobs.of('one');
      engine.jobs.archive = () =>
        Promise.reject(new BgtaskError('Forbidden', 'the namespace team is being terminated'));
      await engine.store.delete('AgenticSession', metadata);
      await operator.settled();
      assert.deepEqual([job?.stopped, await engine.jobs.list()], [true, []]);
    });

    it('while no controller ran has its Job ended by the next one', async () => {
      const first = operate();
      const { metadata } = await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      await first.stop();
      await engine.store.delete('AgenticSession', metadata);
      const job = engine.jobs.of('one');
      await operate().settled();
      assert.deepEqual([job?.stopped, await engine.jobs.list()], [true, []]);
    });

    it('and created again has its old Job ended first, though the new task only waits', async () => {
      const operator = operate();
      engine.jobs.slowToDie = true;
      const { metadata } = await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      const old = engine.jobs.of('one');
      await engine.store.delete('AgenticSession', metadata);
      await create(engine, 'one', LINE);
      await engine.untilJobs(() => old?.stopped === true);
      assert.deepEqual(engine.jobs.started, ['one']);
      old?.finish();
      await engine.untilPhase('one', 'Creating');
      assert.deepEqual(engine.jobs.started, ['one', 'one']);
      engine.jobs.of('one')?.succeed();
      await engine.untilPhase('one', 'Completed');
      await operator.settled();
    });
  });

  describe('retention', () => {
    it('deletes a task when its time has come, its log kept before', async () => {
      const first = operate({ retention: { failed: '1h' } });
      await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      engine.jobs.of('one')?.begin('clone', { line: 'hello' });
      engine.jobs.of('one')?.fail();
      const { metadata } = await engine.untilFinished('one');
      await first.settled();
      await first.stop();
      engine.pass(3599);
      const second = operate({ retention: { failed: '1h' } });
      await second.settled();
      await second.stop();
      assert.ok(await engine.task('one'), 'kept until then');
      engine.pass(1);
      const third = operate({ retention: { failed: '1h' } });
      await third.settled();
      await third.stop();
      assert.equal(await engine.task('one'), undefined);
      assert.ok(await engine.jobs.archive(metadata));
    });

    it('keeps the log of a Job that was not cleared away before', async () => {
      const { metadata } = await create(engine, 'one');
      await engine.store.patchStatus('AgenticSession', metadata, {
        phase: 'Stopped',
        completionTime: engine.now.toISOString(),
      });
      const other = new MemoryEngine();
      const operator = new Operator(other);
      await create(other, 'one');
      await other.untilPhase('one', 'Creating');
      await operator.stop();
      const { input } = other.jobs.of('one')!;
      await engine.jobs.start((await engine.task('one'))!, input);
      engine.jobs.of('one')?.fail();
      engine.pass(8 * DAY);
      await operate().settled();
      assert.equal(await engine.task('one'), undefined);
      assert.deepEqual(await engine.jobs.list(), []);
      assert.ok(await engine.jobs.archive(metadata));
    });
  });
});
