import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pidsWithCookie, stageCookie } from '../../../../src/engine/local/jobs/cookie.ts';
import { readRecord } from '../../../../src/engine/local/jobs/job-folder.ts';
import { finished, observeUntil } from '../../../contract/job-engine.ts';
import { type Task, task, Workplace } from './support.ts';

describe('The process of the next stage', () => {
  let place: Workplace;
  beforeEach(async () => {
    place = await Workplace.make();
  });
  afterEach(() => place.close());

  const waiting = (job: Task, stage: 'work' | 'publish'): number[] =>
    pidsWithCookie(stageCookie(readRecord(place.dir(job))?.cookie ?? '', stage, 0));

  it('is started while clone runs, and claims nothing before its turn', async () => {
    const [runner, job] = [place.runner(), task({ clone: ['print:cloning', 'await:go'] })];
    await runner.start(job.session, job.input);
    await observeUntil(runner, job.session.metadata, ({ live }) => live.logTail.includes('cloning'));
    const [early, ...more] = waiting(job, 'work');
    assert.ok(early !== undefined && more.length === 0, 'one process of the work stage');
    assert.equal(existsSync(join(place.dir(job), 'work.pid')), false, 'without a claim');
    writeFileSync(join(place.dir(job), 'go'), '');
    await observeUntil(runner, job.session.metadata, finished);
    assert.deepEqual(place.begun(job), ['clone', 'work', 'publish'], 'each once');
    const claim = JSON.parse(place.file(job, 'work.pid')) as { pid: number };
    assert.equal(claim.pid, early, 'it is the one that does the work');
  });

  it('is never that of publish: what will hold a credential does not run beside untrusted programs', async () => {
    const [runner, job] = [place.runner(), task({ work: ['print:working', 'await:go'] })];
    await runner.start(job.session, job.input);
    await observeUntil(runner, job.session.metadata, ({ live }) => live.logTail.includes('working'));
    assert.deepEqual(waiting(job, 'publish'), []);
    writeFileSync(join(place.dir(job), 'go'), '');
    await observeUntil(runner, job.session.metadata, finished);
  });
});
