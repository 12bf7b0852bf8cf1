import assert from 'node:assert/strict';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create, ending, isJudged, Operator, settingsOf } from './harness.ts';

const LINE = { queue: true };

describe('the line that the controller keeps', () => {
  let engine: MemoryEngine;
  let operators: Operator[];
  const operate = (): Operator => {
    const operator = new Operator(engine);
    operators.push(operator);
    return operator;
  };
  const place = (name: string, words: string) =>
    engine.until(name, ({ status }) => status?.currentPhase === words);

  beforeEach(() => {
    engine = new MemoryEngine();
    operators = [];
  });
  afterEach(async () => {
    for (const operator of operators) await operator.stop();
  });

  it('whose places are told, and move up one by one', async () => {
    operate();
    for (const name of ['first', 'second', 'third', 'fourth']) {
      await create(engine, name, LINE);
      await engine.until(name, isJudged);
      engine.pass(1);
    }
    await place('second', 'Waiting in line, place 1');
    await place('third', 'Waiting in line, place 2');
    await place('fourth', 'Waiting in line, place 3');
    engine.jobs.of('first')?.succeed();
    await engine.untilPhase('second', 'Creating');
    await place('third', 'Waiting in line, place 1');
    await place('fourth', 'Waiting in line, place 2');
    await engine.store.delete('AgenticSession', (await engine.task('third'))!.metadata);
    await place('fourth', 'Waiting in line, place 1');
    engine.jobs.of('second')?.fail();
    await engine.untilPhase('fourth', 'Creating');
    assert.deepEqual(engine.jobs.started, ['first', 'second', 'fourth']);
  });

  it('whose places are right although the last in it was looked at first', async () => {
    for (const name of ['c-first', 'b-second', 'a-third']) {
      await create(engine, name, LINE);
      engine.pass(1);
    }
    operate();
    await engine.untilPhase('c-first', 'Creating');
    await place('b-second', 'Waiting in line, place 1');
    await place('a-third', 'Waiting in line, place 2');
  });

  it('that a cancelled task leaves', async () => {
    operate();
    await create(engine, 'first', LINE);
    await engine.untilPhase('first', 'Creating');
    engine.pass(1);
    const waiting = await create(engine, 'second', LINE);
    engine.pass(1);
    await create(engine, 'third', LINE);
    await place('third', 'Waiting in line, place 2');
    await engine.store.patch('AgenticSession', waiting.metadata, { spec: { cancel: true } });
    assert.equal(ending(await engine.untilFinished('second')), 'Stopped Cancelled');
    await place('third', 'Waiting in line, place 1');
  });

  it('that a newcomer does not overtake', async () => {
    operate();
    await create(engine, 'first');
    await engine.untilPhase('first', 'Creating');
    await create(engine, 'waits', { ...LINE, user: 'bob' });
    await place('waits', 'Waiting in line, place 1');
    engine.pass(1);
    engine.jobs.of('first')?.succeed();
    await create(engine, 'newcomer', { user: 'cid' });
    assert.equal(ending(await engine.untilFinished('newcomer')), 'Failed RepositoryBusy');
    await engine.untilPhase('waits', 'Creating');
  });

  it('in which a task whose repository is busy holds up no other task', async () => {
    operate();
    await create(engine, 'first');
    await engine.untilPhase('first', 'Creating');
    await create(engine, 'waits', { ...LINE, user: 'bob' });
    await place('waits', 'Waiting in line, place 1');
    engine.pass(1);
    await create(engine, 'free', { user: 'bob', repository: 'lib' });
    await engine.untilPhase('free', 'Creating');
  });

  it('that new settings shorten', async () => {
    let settings = settingsOf({ limits: { perRepository: 0 } });
    const operator = new Operator(engine, () => settings());
    operators.push(operator);
    await create(engine, 'first');
    await engine.untilPhase('first', 'Creating');
    const waiting = await create(engine, 'second', LINE);
    await engine.until('second', isJudged);
    settings = settingsOf({ limits: { perUser: 2, perRepository: 0 } });
    await engine.store.patch('AgenticSession', waiting.metadata, {
      metadata: { annotations: { look: 'again' } },
    });
    await engine.untilPhase('second', 'Creating');
  });
});
