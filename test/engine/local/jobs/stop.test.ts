import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../../../src/domain/report.ts';
import { pidsWithCookie } from '../../../../src/engine/local/jobs/cookie.ts';
import type { JobRunner, JobRunnerOptions } from '../../../../src/engine/local/jobs/job-runner.ts';
import { readRecord } from '../../../../src/engine/local/jobs/job-folder.ts';
import { identify } from '../../../../src/engine/local/process-identity.ts';
import { finished, observeUntil, running } from '../../../contract/job-engine.ts';
import { type Task, task, Workplace } from './support.ts';

const end = (runner: JobRunner, job: Task) => observeUntil(runner, job.session.metadata, finished);

describe('Stopping a Job', () => {
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

  for (const stage of ['clone', 'work', 'publish'] as const)
    for (const how of ['hang', 'stubborn'])
      it(`ends a ${how === 'hang' ? '' : 'stubborn '}${stage} stage and its escaped child, and starts nothing`, async () => {
        const { runner, job } = await start({ [stage]: ['escape', how] });
        await observeUntil(runner, job.session.metadata, ({ live }) => live.logTail.includes('escaped'));
        await runner.stop(job.session.metadata);
        const { stages } = await end(runner, job);
        assert.deepEqual(processes(job), [], 'finished proves that nothing is left');
        assert.equal(identify(Number(place.file(job, 'escaped'))), undefined, 'what escaped was ended');
        assert.deepEqual(
          new Set(place.begun(job)).size,
          place.begun(job).length,
          'a stopped stage is not started again',
        );
        assert.equal(place.begun(job).at(-1), stage);
        assert.ok(stages[stage].state === 'ended' && stages[stage].finishedAt);
      });

  it('keeps a Job that has just begun from running', async () => {
    const { runner, job } = await start({ clone: ['hang'] });
    await runner.stop(job.session.metadata);
    await end(runner, job);
    assert.deepEqual(processes(job), []);
  });

  it('does not wait for credentials that never come', async () => {
    const { runner, job } = await start({}, { stageSecrets: () => new Promise(() => undefined) });
    await runner.stop(job.session.metadata);
    const { fate } = await end(runner, job);
    assert.equal(fate, undefined, 'a stopped Job did not fail to start');
  });

  it('ends a Job whose marker another process wrote', async () => {
    const { runner, job } = await start({ work: ['print:begun', 'hang'] });
    await observeUntil(runner, job.session.metadata, ({ live }) => live.logTail.includes('begun'));
    writeFileSync(join(place.dir(job), 'stop'), '');
    await end(runner, job);
    assert.deepEqual(place.begun(job), ['clone', 'work']);
  });

  it('ends the process that waits for its turn while another stage runs', async () => {
    const { runner, job } = await start({ clone: ['print:begun', 'hang'] });
    await observeUntil(runner, job.session.metadata, ({ live }) => live.logTail.includes('begun'));
    await runner.stop(job.session.metadata);
    await end(runner, job);
    assert.deepEqual(processes(job), []);
    assert.deepEqual(place.begun(job), ['clone'], 'it did not begin');
  });

  it('leaves other Jobs alone', async () => {
    const { runner, job: other } = await start({ work: ['escape', 'await:go'] });
    const { job } = await start({ work: ['hang'] });
    await observeUntil(runner, other.session.metadata, running('work'));
    const same = place.runner();
    await same.resume();
    await same.stop(job.session.metadata);
    await end(same, job);
    assert.ok(processes(other).length > 0, 'the other Job runs on');
    writeFileSync(join(place.dir(other), 'go'), '');
    assert.equal((await end(runner, other)).stages.publish.state, 'ended');
  });
});
