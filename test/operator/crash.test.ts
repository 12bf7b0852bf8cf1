import assert from 'node:assert/strict';
import { conditionOf } from '../../src/domain/conditions.ts';
import { BgtaskError } from '../../src/domain/errors.ts';
import { API_VERSION } from '../../src/api/names.ts';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create, ending, Gate, isJudged, Operator, PROJECT, settingsOf } from './harness.ts';

const LINE = { queue: true };

describe('a controller that is cut off, or whose engine fails', () => {
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

  /** Lets the next call of a method fail after it has done its work. */
  const cutOff = (error = new BgtaskError('Unavailable', 'connection lost')): Promise<void> => {
    const start = engine.jobs.start.bind(engine.jobs);
    return new Promise((resolve) => {
      engine.jobs.start = async (...asked) => {
        await start(...asked);
        engine.jobs.start = start;
        resolve();
        throw error;
      };
    });
  };

  it('between start and status does not start twice, and keeps its place for a new controller', async () => {
    const cut = cutOff();
    const first = operate();
    await create(engine, 'one');
    await cut;
    await first.stop();
    assert.equal((await engine.task('one'))?.status, undefined, 'the status was not written');

    await create(engine, 'two', { repository: 'lib' });
    operate();
    assert.equal(ending(await engine.until('two', isJudged)), 'Failed ConcurrencyLimit');
    const one = await engine.untilPhase('one', 'Creating');
    assert.equal(conditionOf(one.status?.conditions, 'Admitted')?.status, 'True');
    assert.deepEqual(engine.jobs.started, ['one']);
  });

  it('and whose Job has finished by then still says how it ended', async () => {
    const cut = cutOff();
    const first = operate();
    await create(engine, 'one', LINE);
    await cut;
    await first.stop();
    engine.jobs.of('one')?.succeed();
    const second = operate();
    const { status } = await engine.untilFinished('one');
    await second.settled();
    assert.deepEqual(
      [status?.phase, status?.retryCount, Boolean(status?.startTime && status.jobName)],
      ['Completed', 0, true],
    );
    assert.deepEqual([engine.jobs.started, await engine.jobs.list()], [['one'], []]);
  });

  it('that does not know whether a Job was started gives its place to no other task', async () => {
    const start = engine.jobs.start.bind(engine.jobs);
    const tried = new Gate();
    engine.jobs.start = () => {
      engine.jobs.start = start;
      tried.open();
      return Promise.reject(new BgtaskError('Unavailable', 'connection lost'));
    };
    operate();
    await create(engine, 'one');
    await tried.opened;
    await create(engine, 'two', { repository: 'lib' });
    assert.equal(ending(await engine.until('two', isJudged)), 'Failed ConcurrencyLimit');
    await engine.untilPhase('one', 'Creating');
    assert.deepEqual(engine.jobs.started, ['one']);
  });

  it('whose Job was refused gives the place away until it tries again', async () => {
    const start = engine.jobs.start.bind(engine.jobs);
    engine.jobs.start = (session, input) =>
      input.task.name === 'one'
        ? Promise.reject(new BgtaskError('Forbidden', 'a quota'))
        : start(session, input);
    const operator = operate();
    await create(engine, 'one', LINE);
    while (!operator.logged.some(({ error }) => error === 'a quota'))
      await new Promise((resolve) => setImmediate(resolve));
    engine.pass(-1);
    await create(engine, 'two', { repository: 'lib' });
    await engine.untilPhase('two', 'Creating');
    engine.jobs.start = start;
    await engine.until('one', ({ status }) => status?.currentPhase === 'Waiting in line, place 1');
  });

  it('whose Job can never be made fails with the reason, and one that is refused for now says why it waits', async () => {
    const start = engine.jobs.start.bind(engine.jobs);
    engine.jobs.start = (session, input) =>
      input.task.name === 'later'
        ? start(session, input)
        : Promise.reject(
            new BgtaskError(input.task.name === 'never' ? 'Invalid' : 'Forbidden', 'exceeded quota'),
          );
    operate();
    await create(engine, 'never');
    assert.equal(ending(await engine.untilFinished('never')), 'Failed InvalidTask');
    await create(engine, 'waits');
    const { status } = await engine.until('waits', (task) => task.status?.currentPhase !== undefined);
    assert.deepEqual([status?.phase, status?.currentPhase], ['Pending', 'Cannot start yet: exceeded quota']);
  });

  it('that is slow to answer starts no task that was cancelled meanwhile', async () => {
    const observe = engine.jobs.observe.bind(engine.jobs);
    const asked = new Gate();
    const answer = new Gate();
    engine.jobs.observe = async (key) => {
      asked.open();
      await answer.opened;
      return observe(key);
    };
    operate();
    const { metadata } = await create(engine, 'one');
    await asked.opened;
    await engine.store.patch('AgenticSession', metadata, { spec: { cancel: true } });
    // The controller has heard of it when it has heard of what came after.
    const later = await create(engine, 'later', { user: 'bob', repository: 'lib' });
    const over = new AbortController();
    for await (const event of engine.store.watch('AgenticSession', { signal: over.signal }))
      if (event.type === 'ADDED' && event.object.metadata.name === later.metadata.name) break;
    over.abort();
    await new Promise((resolve) => setImmediate(resolve));
    answer.open();
    assert.equal(ending(await engine.untilFinished('one')), 'Stopped Cancelled');
    assert.ok(!engine.jobs.started.includes('one'));
  });

  it('looks after tasks that ran before it began', async () => {
    const first = operate();
    await create(engine, 'one');
    await engine.untilPhase('one', 'Creating');
    engine.jobs.of('one')?.begin('clone');
    await engine.untilPhase('one', 'Running');
    await first.stop();
    engine.jobs.of('one')?.succeed();
    operate();
    await engine.untilPhase('one', 'Completed');
  });

  it('stops no Job whose task it has not seen yet', async () => {
    const first = operate();
    await create(engine, 'one');
    await engine.untilPhase('one', 'Creating');
    await first.stop();
    const watch = engine.store.watch.bind(engine.store);
    const gate = new Gate();
    engine.store.watch = async function* (kind, options) {
      await gate.opened;
      yield* watch(kind, options);
    };
    operate();
    const job = engine.jobs.of('one');
    for (let turn = 0; turn < 20; turn++) {
      job?.begin('clone', { line: 'x' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    gate.open();
    engine.store.watch = watch;
    await engine.untilPhase('one', 'Running');
    assert.equal(job?.stopped, false);
  });

  it('repeats a status write that another writer was quicker than', async () => {
    const patchStatus = engine.store.patchStatus.bind(engine.store);
    let conflicts = 0;
    engine.store.patchStatus = async (kind, key, status, options) => {
      if (conflicts++ < 2)
        await engine.store.patch(kind, key, { metadata: { annotations: { other: String(conflicts) } } });
      return patchStatus(kind, key, status, options);
    };
    const operator = operate();
    await create(engine, 'one');
    const one = await engine.untilPhase('one', 'Creating');
    assert.deepEqual([one.metadata.annotations?.['other'], engine.jobs.started], ['2', ['one']]);
    assert.deepEqual(
      operator.logged.filter(({ error }) => error),
      [],
      'a conflict is not an error',
    );
  });

  it('tells of an error, and tries again', async () => {
    const observe = engine.jobs.observe.bind(engine.jobs);
    engine.jobs.observe = () => {
      engine.jobs.observe = observe;
      return Promise.reject(new Error('the disk is full'));
    };
    const operator = operate();
    const { metadata } = await create(engine, 'one');
    await engine.untilPhase('one', 'Creating');
    assert.deepEqual(
      operator.logged.filter(({ error }) => error),
      [{ message: 'reconcile failed', key: `${PROJECT}/${metadata.name}`, error: 'the disk is full' }],
    );
  });

  it('counts the use of a template once, however often the pass is repeated', async () => {
    await engine.store.create('TaskTemplate', {
      apiVersion: API_VERSION,
      kind: 'TaskTemplate',
      metadata: { namespace: PROJECT, name: 'fix-lint' },
      spec: { displayName: 'Fix lint', instructionsTemplate: 'Fix the linter errors' },
    });
    const start = engine.jobs.start.bind(engine.jobs);
    let failures = 0;
    engine.jobs.start = (session, input) =>
      failures++ < 2 ? Promise.reject(new BgtaskError('Unavailable', 'try again')) : start(session, input);
    operate({ limits: { perUser: 0, perRepository: 0 } });
    await Promise.all(
      ['one', 'two', 'three'].map((name) => create(engine, name, { templateId: 'fix-lint' })),
    );
    await Promise.all(['one', 'two', 'three'].map((name) => engine.untilPhase(name, 'Creating')));
    const { status } = (await engine.store.list('TaskTemplate'))[0] ?? {};
    assert.deepEqual(
      [status?.usageCount, status?.countedTasks?.length, status?.lastUsed],
      [3, 3, engine.now.toISOString()],
    );
  });

  it('starts a task whose template is gone', async () => {
    operate();
    await create(engine, 'one', { templateId: 'gone' });
    await engine.untilPhase('one', 'Creating');
  });
});
