import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasChange, readLeft } from '../../src/domain/kept-change.ts';
import { leftFolders } from '../../src/engine/left-change.ts';
import { salvage } from '../../src/runner/salvage.ts';
import type { Job } from '../support/stage/job.ts';
import { cloned } from '../support/stage/prepared.ts';

const FILES = { 'a.txt': 'one\n', '.gitignore': 'ignored\n' };

async function left(job: Job): Promise<{ text: string; added?: number }> {
  const [newest] = await leftFolders(join(job.dir, 'workspace'));
  assert.ok(newest, 'nothing was left');
  const said = readLeft(readFileSync(join(newest.path, 'change.json'), 'utf8'));
  assert.ok(said && hasChange(said));
  return { text: readFileSync(join(newest.path, 'change.patch'), 'utf8'), added: said.added };
}

/** A work stage as it lies there when it was killed while its agent worked. */
async function killed(change: (job: Job) => void): Promise<Job> {
  const { job } = await cloned(FILES, { agent: 'touch installed; true' });
  await job.run('work');
  for (const { path } of await leftFolders(join(job.dir, 'workspace'))) rmSync(path, { recursive: true });
  change(job);
  return job;
}

const inCheckout = (job: Job, path: string): string => join(job.place.checkout, path);

describe('the change of a work stage that was killed', () => {
  it('is taken from the checkout', async () => {
    const job = await killed((one) => {
      appendFileSync(inCheckout(one, 'a.txt'), 'two\n');
      writeFileSync(inCheckout(one, 'new.txt'), 'new\n');
      writeFileSync(inCheckout(one, 'ignored'), 'ignored\n');
    });
    await salvage(job.env);
    const { text } = await left(job);
    assert.match(text, /\+two[^]*\+\+\+ b\/new\.txt/);
    assert.doesNotMatch(text, /\+ignored/);
  });

  it('runs nothing that the agent put into the configuration', async () => {
    const job = await killed((one) => {
      appendFileSync(inCheckout(one, 'a.txt'), 'two\n');
      writeFileSync(inCheckout(one, '.gitattributes'), '* filter=evil diff=evil\n');
      const evil = `[filter "evil"]\n\tclean = "touch '${one.marker}'; cat"\n[diff "evil"]\n\ttextconv = "touch '${one.marker}'; cat"\n\tcommand = "touch '${one.marker}'"\n`;
      appendFileSync(join(one.place.base, 'config'), evil);
    });
    await salvage(job.env);
    assert.match((await left(job)).text, /\+two/);
    assert.equal(existsSync(job.marker), false);
  });

  it('is the one that was left where the agent has not worked since', async () => {
    const { job } = await cloned(FILES, { agent: 'echo two >> a.txt' });
    await job.run('work');
    // As while the checks run: the change was left after what is untracked was noted.
    utimesSync(join(job.place.base, 'bgtask-untracked'), 1, 1);
    writeFileSync(inCheckout(job, 'of-a-check.txt'), 'left by a check\n');
    await salvage(job.env);
    assert.doesNotMatch((await left(job)).text, /of-a-check/);
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(job.place.base, 'bgtask-untracked'), later, later);
    appendFileSync(inCheckout(job, 'a.txt'), 'three\n');
    await salvage(job.env);
    assert.match((await left(job)).text, /\+three/);
  });

  it('is not looked for where the agent had not begun', async () => {
    const { job } = await cloned(FILES);
    await salvage(job.env);
    assert.deepEqual(await leftFolders(join(job.dir, 'workspace')), []);
  });
});
