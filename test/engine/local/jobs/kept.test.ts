import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../../../src/domain/report.ts';
import { finished, observeUntil } from '../../../contract/job-engine.ts';
import { type Task, task, Workplace } from './support.ts';

describe('the kept change of a local Job', () => {
  let place: Workplace;
  beforeEach(async () => {
    place = await Workplace.make();
  });
  afterEach(() => place.close());

  /** A Job that has finished. */
  async function run(steps: Partial<Record<Stage, string[]>>): Promise<Task> {
    const [runner, job] = [place.runner(), task(steps)];
    await runner.start(job.session, job.input);
    await observeUntil(runner, job.session.metadata, finished);
    return job;
  }

  const ends: [how: string, steps: Partial<Record<Stage, string[]>>][] = [
    ['ended well', { work: ['leave:patch'] }],
    ['failed its checks', { work: ['leave:patch', 'fail:ValidationFailed'] }],
    ['was killed', { work: ['leave:patch', 'crash:0'] }],
    ['could not be pushed', { work: ['leave:patch'], publish: ['fail:PushDenied'] }],
    ['touched a protected path', { work: ['leave:patch'], publish: ['fail:ProtectedPath'] }],
  ];
  for (const [how, steps] of ends)
    it(`outlives a Job that ${how}, and every process may read it`, async () => {
      const { session } = await run(steps);
      const runner = place.runner();
      const change = await runner.keepChange(session.metadata);
      assert.deepEqual([change?.files, change?.bytes], [1, 5]);
      await runner.remove(session.metadata);
      assert.equal(Buffer.from((await place.runner().patch(session.metadata)) ?? []).toString(), 'patch');
      assert.deepEqual(await place.runner().keepChange(session.metadata), change);
    });

  it('is kept by the next supervisor when the one before was killed in between', async () => {
    const { session } = await run({ work: ['leave:patch'] });
    await place.runner().archive(session.metadata);
    assert.ok((await place.runner().keepChange(session.metadata))?.location);
  });

  it('is a sentence instead of a stage that was killed before it left one', async () => {
    const { session } = await run({ work: ['crash:0'] });
    const change = await place.runner().keepChange(session.metadata);
    assert.match(change?.note ?? '', /killed before/);
    assert.equal(await place.runner().patch(session.metadata), undefined);
  });

  for (const [when, steps] of [
    ['before its work stage', { clone: ['fail:CloneFailed'] }],
    ['before its agent', { work: ['fail:EnvironmentNotReady'] }],
  ] as [string, Partial<Record<Stage, string[]>>][])
    it(`is not spoken of where the Job failed ${when}`, async () => {
      const { session } = await run(steps);
      assert.equal(await place.runner().keepChange(session.metadata), undefined);
    });

  it('goes with the Job that goes on with it, as a copy', async () => {
    const { session } = await run({ work: ['leave:patch'] });
    await place.runner().keepChange(session.metadata);
    const [runner, later] = [place.runner(), task({ clone: ['hang'] })];
    later.session.spec.continueFrom = session.metadata.name;
    await runner.start(later.session, later.input);
    const copy = join(place.dir(later), 'continued', 'change.pack');
    assert.equal(readFileSync(copy, 'utf8'), 'patch');
  });

  it('is done without where it is gone', async () => {
    const [runner, later] = [place.runner(), task({ clone: ['hang'] })];
    later.session.spec.continueFrom = 'gone';
    await runner.start(later.session, later.input);
    assert.equal(existsSync(join(place.dir(later), 'continued')), false);
  });
});
