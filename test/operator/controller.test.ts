import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { BgtaskError } from '../../src/domain/errors.ts';
import { conditionOf } from '../../src/domain/conditions.ts';
import { MemoryEngine } from '../support/memory-engine.ts';
import { create, ending, isJudged, Operator, PROJECT, settingsOf, wish } from './harness.ts';

const LINE = { queue: true };

describe('the controller', () => {
  let engine: MemoryEngine;
  let operators: Operator[];
  const operate = (document: object = {}, on = engine): Operator => {
    const operator = new Operator(on, settingsOf(document));
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

  describe('takes a task from its creation to its end', () => {
    it('through the phases in order, with progress that never goes down', async () => {
      const seen: AgenticSession[] = [];
      const over = new AbortController();
      const watching = (async () => {
        for await (const event of engine.store.watch('AgenticSession', { signal: over.signal }))
          if (event.type === 'MODIFIED') seen.push(event.object);
      })();
      operate();
      await create(engine, 'chore');
      await engine.untilPhase('chore', 'Creating');
      const job = engine.jobs.of('chore');
      job?.begin('clone', { progress: 5, phase: 'Cloning repository' });
      await engine.untilPhase('chore', 'Running');
      job?.end('clone', { stage: 'clone', ok: true, progress: 20 });
      job?.begin('work', { progress: 45, phase: 'Generating changes', line: 'hello' });
      await engine.until('chore', ({ status }) => status?.progress === 45);
      job?.succeed();
      const end = await engine.untilPhase('chore', 'Completed');
      over.abort();
      await watching;
      assert.deepEqual(
        [...new Set(seen.map(({ status }) => status?.phase))],
        ['Creating', 'Running', 'Completed'],
      );
      const progress = seen.map(({ status }) => status?.progress ?? 0);
      assert.deepEqual(
        progress,
        progress.toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        [end.status?.progress, end.status?.logs, end.status?.repos?.[0]?.prUrl],
        [100, 'hello\n', 'https://git.example.com/pull/1'],
      );
    });

    it('and clears its Job away, the log kept', async () => {
      const operator = operate();
      await create(engine, 'chore');
      await engine.untilPhase('chore', 'Creating');
      engine.jobs.of('chore')?.begin('clone', { line: 'hello' });
      engine.jobs.of('chore')?.fail();
      const { status, metadata } = await engine.untilPhase('chore', 'Failed');
      await operator.settled();
      assert.deepEqual(await engine.jobs.list(), []);
      assert.equal(status?.logArchive, `memory://archive/${PROJECT}/${metadata.name}`);
    });

    it('and tells of its end once, with its Job', async () => {
      const operator = operate();
      await create(engine, 'chore');
      await engine.untilPhase('chore', 'Creating');
      const { jobName } =
        (await engine.until('chore', ({ status }) => status?.jobName !== undefined)).status ?? {};
      engine.jobs.of('chore')?.fail();
      await engine.untilPhase('chore', 'Failed');
      await operator.settled();
      assert.deepEqual(operator.ended, [['chore', jobName]]);
    });

    for (const [what, code, words] of [
      ['is refused', 'Forbidden', 'exceeded quota: count/configmaps'],
      ['is still being read', 'Unavailable', 'the log is still being read'],
    ] as const)
      it(`and says how it ended although its log ${what}, keeps its Job for it, and its place is given on`, async () => {
        operate();
        const archive = engine.jobs.archive.bind(engine.jobs);
        engine.jobs.archive = () => Promise.reject(new BgtaskError(code, words));
        await create(engine, 'chore');
        await engine.untilPhase('chore', 'Creating');
        await create(engine, 'next', LINE);
        engine.jobs.of('chore')?.begin('clone', { line: 'hello' });
        engine.jobs.of('chore')?.succeed();
        await engine.untilPhase('chore', 'Completed');
        await engine.untilPhase('next', 'Creating');
        assert.equal((await engine.jobs.list()).length, 2);
        engine.jobs.archive = archive;
        const { metadata } = await engine.until('chore', ({ status }) => status?.logArchive !== undefined);
        await engine.untilJobs(() => engine.jobs.of('chore') === undefined);
        assert.ok(await engine.jobs.archive(metadata));
      });

    it('and in a crowd makes all the Jobs before it says so of the first', async () => {
      const names = Array.from({ length: 12 }, (_, at) => `chore-${at}`);
      for (const name of names) await create(engine, name, { user: name, repository: name });
      const unsaid: number[] = [];
      const over = new AbortController();
      const watching = (async () => {
        for await (const event of engine.store.watch('AgenticSession', { signal: over.signal }))
          if (event.type === 'MODIFIED') unsaid.push(names.length - (await engine.jobs.list()).length);
      })();
      operate({ limits: { perProject: 0 } });
      for (const name of names) await engine.until(name, isJudged);
      over.abort();
      await watching;
      assert.ok(
        (unsaid[0] ?? names.length) < names.length / 2,
        `Jobs missing at each status: ${unsaid.join(' ')}`,
      );
      for (const name of names) assert.equal((await engine.task(name))?.status?.phase, 'Creating');
    });

    it('and loses none whose Job is taken away', async () => {
      operate();
      await create(engine, 'chore');
      await engine.untilPhase('chore', 'Creating');
      engine.jobs.vanish('chore');
      assert.equal(ending(await engine.untilFinished('chore')), 'Failed RunnerLost');
      assert.deepEqual(engine.jobs.started, ['chore']);
    });

    it('and stops it at its deadline', async () => {
      operate();
      await create(engine, 'chore', { timeout: 60 });
      await engine.untilPhase('chore', 'Creating');
      engine.pass(60);
      engine.jobs.of('chore')?.begin('clone');
      const { status } = await engine.untilFinished('chore');
      assert.deepEqual([status?.phase, status?.error], ['Timeout', 'Task exceeded 1 minute deadline']);
      assert.equal(engine.jobs.of('chore')?.stopped ?? true, true);
    });
  });

  describe('admits', () => {
    it('exactly one of two tasks that are created at the same moment, fifty times', async () => {
      for (let round = 0; round < 50; round++) {
        const here = new MemoryEngine();
        const operator = operate({}, here);
        await Promise.all([create(here, 'one'), create(here, 'two', { repository: 'lib' })]);
        const both = await Promise.all(['one', 'two'].map((name) => here.until(name, isJudged)));
        assert.deepEqual(both.map(ending).sort(), ['Creating', 'Failed ConcurrencyLimit'], `round ${round}`);
        assert.equal(here.jobs.started.length, 1);
        await operator.stop();
      }
    });

    it('exactly one of two users on one repository and branch', async () => {
      operate();
      await Promise.all([create(engine, 'one'), create(engine, 'two', { user: 'bob' })]);
      const both = await Promise.all(['one', 'two'].map((name) => engine.until(name, isJudged)));
      assert.deepEqual(both.map(ending).sort(), ['Creating', 'Failed RepositoryBusy']);
    });

    it('one task of a user over all projects', async () => {
      operate();
      await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      const other = wish('two', { repository: 'lib' });
      await engine.store.create('AgenticSession', {
        ...other,
        metadata: { ...other.metadata, namespace: 'elsewhere' },
      });
      assert.equal(ending(await engine.until('two', isJudged)), 'Failed ConcurrencyLimit');
    });

    it('a refused task with the words of the quickstart', async () => {
      operate();
      await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      await create(engine, 'two', { repository: 'lib' });
      const { status } = await engine.untilFinished('two');
      assert.equal(
        status?.error,
        'You already have 1 running background task. Wait for it to complete or cancel it.',
      );
      assert.equal(conditionOf(status?.conditions, 'Admitted')?.message, status?.error);
    });

    it('the next after one has ended', async () => {
      operate();
      await create(engine, 'one');
      await engine.untilPhase('one', 'Creating');
      engine.jobs.of('one')?.fail();
      await engine.untilFinished('one');
      await create(engine, 'two');
      await engine.untilPhase('two', 'Creating');
    });

    it('never more of a user at once than the limit, whatever comes and goes', async () => {
      let most = 0;
      engine.jobs.onStart = (job) => {
        const mine = engine.jobs.unfinished.filter(
          ({ input }) => input.task.creator === job.input.task.creator,
        );
        most = Math.max(most, mine.length);
        setImmediate(() => job.succeed());
      };
      const operator = operate({ limits: { perUser: 2, perRepository: 0 } });
      const names = Array.from({ length: 24 }, (_, at) => `task-${at}`);
      await Promise.all(
        names.map((name, at) => create(engine, name, { ...LINE, user: ['ann', 'bob', 'cid'][at % 3] })),
      );
      await Promise.all(names.map((name) => engine.untilPhase(name, 'Completed')));
      await operator.settled();
      assert.deepEqual([most, engine.jobs.started.length], [2, 24]);
    });
  });

  describe('cancels', () => {
    it('a task that runs: Stopped only when nothing of its Job is left', async () => {
      operate();
      engine.jobs.slowToDie = true;
      const { metadata } = await create(engine, 'chore');
      await engine.untilPhase('chore', 'Creating');
      const job = engine.jobs.of('chore');
      job?.begin('clone');
      await engine.untilPhase('chore', 'Running');
      await engine.store.patch('AgenticSession', metadata, { spec: { cancel: true } });
      await place('chore', 'Stopping');
      await engine.untilJobs(() => job?.stopped === true);
      assert.equal((await engine.task('chore'))?.status?.phase, 'Running');
      job?.finish();
      assert.equal(ending(await engine.untilFinished('chore')), 'Stopped Cancelled');
    });

    it('nothing of a task that was published meanwhile', async () => {
      operate();
      engine.jobs.slowToDie = true;
      const { metadata } = await create(engine, 'chore');
      await engine.untilPhase('chore', 'Creating');
      await engine.store.patch('AgenticSession', metadata, { spec: { cancel: true } });
      engine.jobs.of('chore')?.succeed();
      assert.equal(ending(await engine.untilFinished('chore')), 'Completed');
    });
  });

  describe('leaves alone', () => {
    for (const mode of ['interactive', 'batch'] as const)
      it(`a session of the mode ${mode}, with or without a status`, async () => {
        const operator = operate();
        const object = wish('theirs', { mode });
        const { metadata } = await engine.store.create('AgenticSession', {
          ...object,
          spec: { mode, prompt: 'Hello' },
        });
        const theirs = await engine.store.patchStatus('AgenticSession', metadata, { phase: 'Running' });
        await create(engine, 'chore');
        await engine.untilPhase('chore', 'Creating');
        engine.jobs.of('chore')?.succeed();
        await engine.untilFinished('chore');
        await operator.settled();
        assert.equal(await engine.task('theirs'), theirs);
        assert.deepEqual(engine.jobs.started, ['chore']);
      });
  });
});
