import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { type Stage } from '../../src/domain/report.ts';
import { stagesOf } from '../../src/domain/job-facts.ts';
import type { JobEngine, JobObservation, Key } from '../../src/engine/engine.ts';
import type { RunnerInput } from '../../src/engine/runner-input.ts';

/**
 * What a task's stages do. Each prints `hello from <stage>` and an event of the progress 10, 50 or 90 first, then ends well; but clone reports
 * CloneFailed, or work runs until it is ended.
 */
export type Behaviour = 'passes' | 'clone fails' | 'work hangs';

/** An engine with nothing in it, and tasks for it. */
export interface JobEngineFixture {
  engine: JobEngine;
  /** A session of a new name, and its input. */
  task(behaviour: Behaviour): { session: AgenticSession; input: RunnerInput };
  close(): Promise<void>;
}

/** Observes a Job until it is as wanted, woken by the engine's own word of changes. Fails after some seconds with what it saw last. */
export async function observeUntil(
  engine: JobEngine,
  key: Key,
  wanted: (job: JobObservation) => boolean,
  seconds = 30,
): Promise<JobObservation> {
  const done = new AbortController();
  const limit = AbortSignal.any([done.signal, AbortSignal.timeout(seconds * 1000)]);
  const changes = engine.changes(limit);
  let job = await engine.observe(key);
  try {
    if (job && wanted(job)) return job;
    for await (const changed of changes) {
      if (changed.name !== key.name) continue;
      job = await engine.observe(key);
      if (job && wanted(job)) return job;
    }
  } finally {
    done.abort();
  }
  throw new assert.AssertionError({
    message: `the Job did not come to be as wanted: ${JSON.stringify(job, null, 1)}`,
  });
}

export const finished = (job: JobObservation): boolean => job.finished;
export const running =
  (stage: Stage) =>
  (job: JobObservation): boolean =>
    job.stages[stage].state === 'running';

/** All of a log. */
export async function readLogs(engine: JobEngine, key: Key, follow: boolean): Promise<string> {
  let text = '';
  for await (const piece of engine.logs(key, { follow, signal: AbortSignal.timeout(30_000) })) text += piece;
  return text;
}

const states = (job: JobObservation): string[] => stagesOf(job).map((stage) => job.stages[stage].state);

/** What every engine promises of Jobs. */
export function jobEngineContract(name: string, setUp: () => Promise<JobEngineFixture>): void {
  describe(`${name} keeps the JobEngine's promises`, () => {
    let fixture: JobEngineFixture;
    beforeEach(async () => {
      fixture = await setUp();
    });
    afterEach(() => fixture.close());

    const begin = async (
      behaviour: Behaviour,
    ): Promise<{ engine: JobEngine; session: AgenticSession; key: Key; input: RunnerInput }> => {
      const { session, input } = fixture.task(behaviour);
      assert.equal(await fixture.engine.start(session, input), 'started');
      return { engine: fixture.engine, session, key: session.metadata, input };
    };

    it('knows nothing of a session without a Job', async () => {
      const { session } = fixture.task('passes');
      assert.equal(await fixture.engine.observe(session.metadata), undefined);
      assert.deepEqual(await fixture.engine.list(), []);
      assert.equal(await fixture.engine.archive(session.metadata), undefined);
      assert.equal(await readLogs(fixture.engine, session.metadata, true), '');
      await fixture.engine.stop(session.metadata);
      await fixture.engine.remove(session.metadata);
    });

    it('starts a Job once: the second start finds it', async () => {
      const { engine, session, key, input } = await begin('passes');
      const again = await Promise.all([engine.start(session, input), engine.start(session, input)]);
      assert.deepEqual(again, ['exists', 'exists']);
      await observeUntil(engine, key, finished);
      assert.equal(await engine.start(session, input), 'exists');
      assert.equal(
        await readLogs(engine, key, false),
        'hello from clone\nhello from work\nhello from publish\n',
      );
    });

    it('starts a Job once when two ask at the same moment', async () => {
      const { session, input } = fixture.task('passes');
      const answers = await Promise.all([
        fixture.engine.start(session, input),
        fixture.engine.start(session, input),
      ]);
      assert.deepEqual(answers.sort(), ['exists', 'started']);
      await observeUntil(fixture.engine, session.metadata, finished);
    });

    it('runs the stages in order and shows their reports', async () => {
      const { engine, key, session } = await begin('passes');
      const job = await observeUntil(engine, key, (seen) => {
        const order = states(seen).map((state) => ['waiting', 'running', 'ended'].indexOf(state));
        assert.deepEqual(
          order,
          order.toSorted((a, b) => b - a),
          `a stage ran before the one it waits for: ${states(seen).join()}`,
        );
        return seen.finished;
      });
      assert.equal(job.name, `${session.metadata.name}-job`);
      assert.ok(Date.parse(job.startedAt) <= Date.now());
      assert.equal(job.fate, undefined);
      for (const stage of stagesOf(job)) {
        const seen = job.stages[stage];
        assert.ok(
          seen.state === 'ended' && seen.report?.ok && seen.report.stage === stage,
          `${stage} reported`,
        );
        assert.ok(
          seen.finishedAt && Date.parse(seen.finishedAt) >= Date.parse(job.startedAt),
          `${stage} has an end`,
        );
      }
    });

    it('shows events as live values and keeps them out of the log', async () => {
      const { engine, key } = await begin('passes');
      const job = await observeUntil(engine, key, finished);
      assert.equal(job.live.progress, 90);
      assert.equal(job.live.logTail, 'hello from clone\nhello from work\nhello from publish\n');
    });

    it('starts no stage after one that failed', async () => {
      const { engine, key } = await begin('clone fails');
      const job = await observeUntil(engine, key, finished);
      assert.deepEqual([...new Set(states(job))], ['ended', 'waiting']);
      assert.equal(job.stages.work.state, 'waiting');
      const { clone } = job.stages;
      assert.ok(clone.state === 'ended' && clone.report);
      assert.deepEqual([clone.report.ok, clone.report.reason], [false, 'CloneFailed']);
    });

    it('stops a Job: nothing runs on, no stage begins, finished proves it', async () => {
      const { engine, key } = await begin('work hangs');
      await observeUntil(engine, key, running('work'));
      await engine.stop(key);
      await engine.stop(key);
      const job = await observeUntil(engine, key, finished);
      assert.deepEqual([job.stages.work.state, job.stages.publish.state], ['ended', 'waiting']);
      await engine.stop(key);
    });

    it('follows the log until the Job has finished', async () => {
      const { engine, key } = await begin('work hangs');
      let text = '';
      for await (const piece of engine.logs(key, { follow: true, signal: AbortSignal.timeout(30_000) })) {
        text += piece;
        if (text.includes('hello from work')) await engine.stop(key);
      }
      assert.equal((await engine.observe(key))?.finished, true, 'the log ended before the Job');
      assert.equal(text, 'hello from clone\nhello from work\n');
    });

    it('ends a followed log when its signal aborts', async () => {
      const { engine, key } = await begin('work hangs');
      const reader = new AbortController();
      for await (const piece of engine.logs(key, { follow: true, signal: reader.signal }))
        if (piece.includes('hello from work')) reader.abort();
      assert.equal((await engine.observe(key))?.finished, false);
      await engine.stop(key);
      await observeUntil(engine, key, finished);
    });

    it('keeps the log beyond the Job', async () => {
      const { engine, key } = await begin('passes');
      await observeUntil(engine, key, finished);
      const before = await readLogs(engine, key, false);
      const url = await engine.archive(key);
      assert.ok(url && URL.canParse(url));
      assert.equal(await engine.archive(key), url);
      await engine.remove(key);
      assert.equal(await engine.observe(key), undefined);
      assert.equal(await engine.archive(key), url);
      assert.equal(await readLogs(engine, key, false), before);
      assert.equal(await readLogs(engine, key, true), before);
    });

    it('lists Jobs until they are removed, however often', async () => {
      const first = await begin('passes');
      const second = await begin('clone fails');
      const names = async (): Promise<string[]> => (await fixture.engine.list()).map(({ name }) => name);
      const both = [first.key.name, second.key.name].sort();
      assert.deepEqual(await names(), both);
      for (const { key } of [first, second]) await observeUntil(fixture.engine, key, finished);
      assert.deepEqual(await names(), both);
      await fixture.engine.remove(first.key);
      await fixture.engine.remove(first.key);
      assert.deepEqual(await names(), [second.key.name]);
    });

    it('tells of changes until the signal aborts', async () => {
      const { session, input } = fixture.task('passes');
      const listener = new AbortController();
      const changes = fixture.engine.changes(listener.signal);
      await fixture.engine.start(session, input);
      for await (const { namespace, name } of changes) {
        assert.deepEqual(
          { namespace, name },
          { namespace: session.metadata.namespace, name: session.metadata.name },
        );
        if ((await fixture.engine.observe(session.metadata))?.finished) listener.abort();
      }
    });
  });
}
