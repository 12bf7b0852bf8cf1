import assert from 'node:assert/strict';
import { readFileSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { StageError } from '../../../src/domain/reasons.ts';
import { hasChange, readLeft } from '../../../src/domain/kept-change.ts';
import { leftFolders } from '../../../src/engine/left-change.ts';
import type { Job, JobOptions } from '../../support/stage/job.ts';
import { cloned } from '../../support/stage/prepared.ts';
import { git, gitInput, tempFolder, treeOf } from '../../support/stage/remote.ts';

const FILES = { 'a.txt': 'one\n', 'b.bin': 'b' };

const workspace = (job: Job): string => join(job.dir, 'workspace');

/** What the stage left: the patch's text and what it says of it. */
async function left(job: Job) {
  const [newest] = await leftFolders(workspace(job));
  assert.ok(newest, 'nothing was left');
  const said = readLeft(readFileSync(join(newest.path, 'change.json'), 'utf8'));
  assert.ok(said, 'what was left cannot be read');
  const patch = hasChange(said) ? readFileSync(join(newest.path, 'change.patch')) : Buffer.alloc(0);
  return { said, patch, folder: newest.path };
}

/** The tree that the patch makes of the base. */
async function applied(job: Job, patch: Buffer): Promise<Map<string, string>> {
  const copy = join(tempFolder(), 'copy');
  await git(job.dir, 'clone', '--quiet', job.place.pristine, copy);
  await gitInput(copy, patch, 'apply', '--index', '--binary');
  return treeOf(copy, await git(copy, 'write-tree'));
}

describe('the change that a work stage leaves', () => {
  const ends: [string, string, Partial<JobOptions>, string | undefined][] = [
    ['ended well', 'true', { spec: { checks: [{ name: 'ok', run: 'true' }] } }, undefined],
    ['failed its check', 'true', { spec: { checks: [{ name: 'bad', run: 'echo seen; exit 3' }] } }, 'ValidationFailed'],
    ['failed as agent', 'exit 7', {}, 'AgentFailed'],
    ['brought a file over the limit', 'head -c 2000000 /dev/zero > large.dat', {}, 'AgentFailed'],
  ]; // prettier-ignore
  for (const [how, last, options, reason] of ends)
    it(`is there, whole, when the task ${how}`, async () => {
      const agent = `printf 'two\\n' >> a.txt; printf '\\000\\002' > new.bin; rm b.bin; ln -s a.txt link; ${last}`;
      const { job } = await cloned(FILES, { ...options, spec: { ...options.spec, agent: { type: 'command', run: agent } } });
      if (reason === undefined) await job.run('work');
      else assert.equal((await job.fails('work')).reason, reason);
      const { said, patch } = await left(job);
      assert.ok(hasChange(said));
      assert.deepEqual([said.files, said.added, said.removed, said.agent], [4, 2, 1, 'command']);
      assert.equal(said.failure?.reason, reason);
      assert.deepEqual(await applied(job, patch), await treeOf(job.place.base, said.commit));
      assert.deepEqual(said.leftOut, last.includes('large') ? ['large.dat'] : undefined);
    }); // prettier-ignore

  it('says what the failing checks printed', async () => {
    const checks = [{ name: 'bad', run: 'echo seen; exit 3' }];
    const { job } = await cloned(FILES, { agent: 'echo x > x', spec: { checks, agent: { type: 'command', run: 'echo x > x' } } });
    await job.fails('work');
    const { said } = await left(job);
    assert.match((hasChange(said) && said.failure?.output) || '', /\$ echo seen; exit 3\nseen\n\(exit code 3\)/);
  }); // prettier-ignore

  for (const reason of ['Cancelled', 'DeadlineExceeded'] as const)
    it(`is there when the task is ended while the agent works: ${reason}`, async () => {
      const { job } = await cloned(FILES, { agent: 'echo x > x; touch ../../begun; exec sleep 600' });
      const run = job.fails('work');
      await new Promise<void>((resolve) => {
        const watcher = watch(job.dir, () => {
          if (!readdirSync(job.dir).includes('begun')) return;
          watcher.close();
          resolve();
        });
      });
      job.control.abort(new StageError(reason, 'It was ended.'));
      await run;
      const { said, patch } = await left(job);
      assert.ok(hasChange(said));
      assert.equal(said.failure?.reason, reason);
      assert.match(patch.toString(), /\+\+\+ b\/x/);
    });

  it('is a sentence when the agent changed nothing', async () => {
    const { job } = await cloned(FILES, { agent: 'true' });
    await job.run('work');
    assert.deepEqual((await left(job)).said, { note: 'The agent changed nothing.' });
  });

  it('is a sentence when the agent removed its checkout', async () => {
    const { job } = await cloned(FILES, { agent: 'rm -rf ../checkout' });
    await job.fails('work');
    assert.match(JSON.stringify((await left(job)).said), /could not be kept.*checkout is gone/);
  });

  it('is not there when the agent was never run', async () => {
    const { job } = await cloned(FILES, { spec: { checks: [{ name: 'x', run: 'no-such-program-here' }] } });
    assert.equal((await job.fails('work')).reason, 'CheckNotRunnable');
    assert.deepEqual(await leftFolders(workspace(job)), []);
  });

  it('takes the place of what the agent put there', async () => {
    const { job } = await cloned(FILES, { agent: 'mkdir ../left-7; ln -s /etc/hostname ../left-7/change.json; echo x > x' });
    await job.run('work');
    const { said, folder } = await left(job);
    assert.ok(hasChange(said));
    assert.equal(folder, join(workspace(job), 'left-8'));
  }); // prettier-ignore
});
