import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../../../src/domain/errors.ts';
import type { Stage } from '../../../../src/domain/report.ts';
import { pidsWithCookie } from '../../../../src/engine/local/jobs/cookie.ts';
import type { JobRunner, JobRunnerOptions } from '../../../../src/engine/local/jobs/job-runner.ts';
import { readRecord } from '../../../../src/engine/local/jobs/job-folder.ts';
import { identify } from '../../../../src/engine/local/process-identity.ts';
import { finished, observeUntil, running } from '../../../contract/job-engine.ts';
import { type Task, task, Workplace } from './support.ts';

const end = (runner: JobRunner, job: Task) => observeUntil(runner, job.session.metadata, finished);

describe('JobRunner', () => {
  let place: Workplace;
  beforeEach(async () => {
    place = await Workplace.make();
  });
  afterEach(() => place.close());

  const start = async (
    steps: Partial<Record<Stage, string[]>>,
    options?: Partial<JobRunnerOptions>,
  ): Promise<{ runner: JobRunner; job: Task }> => {
    const [runner, job] = [place.runner(options), task(steps)];
    await runner.start(job.session, job.input);
    return { runner, job };
  };
  const processes = (job: Task): number[] => pidsWithCookie(readRecord(place.dir(job))?.cookie ?? '');

  describe('a stage that vanishes without a report', () => {
    const cases: { stage: Stage; crash: string; begun: string[]; outcome: string; why: string }[] = [
      {
        stage: 'clone',
        crash: 'crash:0,1',
        begun: ['clone', 'clone', 'clone', 'work', 'publish'],
        outcome: 'reported',
        why: 'clone is started again',
      },
      {
        stage: 'publish',
        crash: 'crash:0',
        begun: ['clone', 'work', 'publish', 'publish'],
        outcome: 'reported',
        why: 'publish is started again',
      },
      {
        stage: 'clone',
        crash: 'crash:0,1,2,3',
        begun: ['clone', 'clone', 'clone'],
        outcome: 'nothing',
        why: 'clone is given up after two restarts',
      },
      {
        stage: 'work',
        crash: 'crash:0',
        begun: ['clone', 'work'],
        outcome: 'nothing',
        why: 'work never runs twice',
      },
      {
        stage: 'work',
        crash: 'exit:0',
        begun: ['clone', 'work'],
        outcome: 'nothing',
        why: 'an exit code is not a report',
      },
      {
        stage: 'work',
        crash: 'garbage',
        begun: ['clone', 'work'],
        outcome: 'nothing',
        why: 'half a report is not a report',
      },
    ];
    for (const { stage, crash, begun, outcome, why } of cases)
      it(`${why} (${stage} ${crash})`, async () => {
        const { runner, job } = await start({ [stage]: [crash] });
        const { stages } = await end(runner, job);
        const seen = stages[stage];
        assert.deepEqual(place.begun(job), begun);
        assert.equal(seen.state, 'ended');
        assert.equal(seen.report ? 'reported' : 'nothing', outcome);
        if (crash.startsWith('crash') && outcome === 'nothing')
          assert.equal(seen.exitCode, 137, 'the exit code says it was killed');
      });
  });

  it('hands secrets to the stage by its input alone', async () => {
    const { runner, job } = await start(
      { work: ['dump'] },
      {
        stageEnv: (stage) => ({ PATH: process.env['PATH'] ?? '', STAGE_ENV: stage }),
        stageSecrets: (stage, session) =>
          Promise.resolve({ token: `not-a-real-token-of-${stage}-${session.uid}` }),
      },
    );
    await end(runner, job);
    const dump = JSON.parse(place.file(job, 'dump')) as {
      env: Record<string, string>;
      argv: string[];
      secrets: unknown;
    };
    assert.deepEqual(dump.secrets, { token: `not-a-real-token-of-work-${job.session.metadata.uid}` });
    assert.deepEqual(dump.argv.slice(-2), ['runner', 'work']);
    // A Node whose coverage is measured hands that variable on to every child.
    const names = Object.keys(dump.env).filter((name) => name !== 'NODE_V8_COVERAGE');
    assert.deepEqual(names.sort(), [
      'BGTASK_JOB_ATTEMPT',
      'BGTASK_JOB_COOKIE',
      'BGTASK_JOB_DIR',
      'PATH',
      'STAGE_ENV',
    ]);
    rmSync(join(place.dir(job), 'dump'));
    for (const file of readdirSync(place.dir(job), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ))
      assert.ok(!place.file(job, file.name).includes('not-a-real-token'), `${file.name} holds no secret`);
  });

  it('is not held up by a stage that never reads its input', async () => {
    const { runner, job } = await start(
      { clone: ['reads nothing'] },
      { stageSecrets: () => Promise.resolve({ big: 'x'.repeat(5_000_000) }) },
    );
    await observeUntil(runner, job.session.metadata, (seen) => seen.stages.clone.state === 'ended');
    assert.deepEqual(place.begun(job).slice(0, 1), ['clone']);
    await end(runner, job);
  });

  describe('a stage that cannot be started is tried three times and gives the Job its fate', () => {
    const cases: {
      name: string;
      options?: Partial<JobRunnerOptions>;
      steps?: Partial<Record<Stage, string[]>>;
      message: RegExp;
    }[] = [
      {
        name: 'no such program',
        options: { command: ['/no/such/program'] },
        message: /^The clone stage could not be started: spawn \/no\/such\/program ENOENT/,
      },
      {
        name: 'no credentials',
        options: { stageSecrets: () => Promise.reject(new Error('no token in the keyring')) },
        message: /could not be started: no token in the keyring/,
      },
      {
        name: 'dies before it begins',
        steps: { clone: ['dies unclaimed'] },
        message: /clone stage could not be started: it ended with code 9 before it began/,
      },
      {
        name: 'never begins',
        steps: { clone: ['never claims'] },
        options: { times: { claim: 100, poll: 10 } },
        message: /did not begin within 0.1 seconds/,
      },
    ];
    for (const { name, options, steps, message } of cases)
      it(name, async () => {
        let asked = 0;
        const stageSecrets = options?.stageSecrets ?? (() => Promise.resolve({}));
        const { runner, job } = await start(steps ?? {}, {
          ...options,
          stageSecrets: (...args) => ((asked += 1), stageSecrets(...args)),
        });
        const { fate, stages } = await end(runner, job);
        assert.equal(asked, 3);
        assert.equal(fate?.reason, 'RunnerLost');
        assert.match(fate.message, message);
        assert.deepEqual([stages.clone.state, stages.work.state], ['waiting', 'waiting']);
        assert.deepEqual(
          (await place.runner().observe(job.session.metadata))?.fate,
          fate,
          'the fate is durable',
        );
        assert.deepEqual(processes(job), []);
      });
  });

  it('ends what a stage leaves running before the next one begins', async () => {
    const { runner, job } = await start({ work: ['escape'], publish: ['await:go'] });
    await observeUntil(runner, job.session.metadata, running('publish'));
    assert.equal(identify(Number(place.file(job, 'escaped'))), undefined, 'what escaped was ended');
    writeFileSync(join(place.dir(job), 'go'), '');
    await end(runner, job);
  });

  it('makes room for a new session of the same name only when the earlier Job has ended', async () => {
    const { runner, job } = await start({ work: ['hang'] });
    const again = task({}, job.session.metadata.name);
    again.session.metadata.uid = 'another-uid';
    assert.equal(
      await runner.observe(again.session.metadata),
      undefined,
      "the earlier session's Job is not the new one's",
    );
    await assert.rejects(runner.start(again.session, again.input), (error) => hasCode(error, 'Conflict'));
    await end(runner, job);
    assert.equal(await runner.start(again.session, again.input), 'started');
    assert.equal(await runner.observe(job.session.metadata), undefined);
    await end(runner, again);
  });

  it('refuses to remove a Job that has not finished', async () => {
    const { runner, job } = await start({ work: ['hang'] });
    await assert.rejects(runner.remove(job.session.metadata), (error) => hasCode(error, 'Conflict'));
    assert.equal((await runner.list()).length, 1);
  });

  it('refuses names that lead out of its folder', async () => {
    const runner = place.runner();
    for (const name of ['../x', '.x', 'a/b', ''])
      await assert.rejects(
        runner.observe({ namespace: 'example', name }),
        (error) => hasCode(error, 'Invalid'),
        name,
      );
  });

  it('says Unavailable when the disk refuses', async () => {
    writeFileSync(place.paths.jobs, 'a file where the folder should be');
    const job = task({});
    await assert.rejects(place.runner().start(job.session, job.input), (error) => {
      assert.ok(hasCode(error, 'Unavailable'));
      assert.match(error.message, /^The Job .+-job cannot be written to/);
      assert.ok(error.hint);
      return true;
    });
    rmSync(place.paths.jobs);
  });

  it('tells of a growing log at most some times a second', async () => {
    const { runner, job } = await start(
      { work: [...Array.from({ length: 500 }, (_, n) => `print:${n}`), 'await:go'] },
      { times: { poll: 200 } },
    );
    const ended = new AbortController();
    let told = 0;
    for await (const _ of runner.changes(ended.signal)) {
      told += 1;
      const seen = await runner.observe(job.session.metadata);
      if (seen?.live.logTail.endsWith('499\n')) writeFileSync(join(place.dir(job), 'go'), '');
      if (seen?.finished) ended.abort();
    }
    assert.ok(told < 20, `500 lines made ${told} notices`);
  });
});
