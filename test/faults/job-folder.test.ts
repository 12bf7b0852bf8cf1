import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { Reason } from '../../src/domain/reasons.ts';
import { phaseOf } from '../../src/domain/task.ts';
import { FaultScene, type Steps } from './scene.ts';

/** What the work stage's code does to its Job's folder, which it stands in, and how the task may end then. */
const FAULTS: readonly [what: string, script: string, ends: readonly (Reason | 'Completed')[]][] = [
  ['the record is not JSON', 'echo garbage > job.json', ['StateUnwritable']],
  ['the record is empty', ': > job.json', ['StateUnwritable']],
  ['the record is removed', 'rm job.json', ['RunnerLost']],
  ['the record is a pipe', 'rm job.json; mkfifo job.json', ['RunnerLost', 'StateUnwritable']],
  ['the record is a link to what never ends', 'ln -sf /dev/zero job.json', ['StateUnwritable']],
  ['the record is a gigabyte', 'truncate -s 1G job.json', ['StateUnwritable']],
  ['the record is a folder', 'rm job.json; mkdir job.json', ['RunnerLost', 'StateUnwritable']],
  ['the fate is a pipe', 'mkfifo fate.json', ['Completed']],
  ["the next stage's report is a pipe", 'mkfifo publish.report.json', ['Completed']],
  ["the stage's own log is a pipe", 'rm work.log; mkfifo work.log', ['Completed']],
  ["an earlier stage's log is a pipe", 'rm clone.log; mkfifo clone.log', ['Completed']],
  ["the next stage's log is a pipe", 'mkfifo publish.log', ['RunnerLost']],
  ["the next stage's log is a link to a full disk", 'ln -s /dev/full publish.log', ['RunnerLost']],
  ["the next stage's log is a folder", 'mkdir publish.log', ['RunnerLost']],
  ["the stage's exit is a folder", 'mkdir -p work.exit.json/x', ['StateUnwritable']],
  ["the stage's exit is a pipe", 'mkfifo work.exit.json', ['Completed']],
  ['the end is a link to nothing', 'ln -s nowhere finished', ['RunnerLost', 'Completed']],
  ['the closing is a link to nothing', 'ln -s nowhere closed', ['RunnerLost', 'Completed']],
  ['the stop is a link to nothing', 'ln -s nowhere stop', ['Cancelled', 'RunnerLost', 'Completed']],
  ['its own claim is removed', 'test -e once || { touch once; rm work.pid; }', ['Completed', 'RunnerLost']],
  ['its own claim is garbage', 'echo x > work.pid', ['Completed', 'RunnerLost']],
  ["the next stage's claim is a pipe", 'mkfifo publish.pid', ['RunnerLost', 'Completed']],
  ['the input is removed', 'rm input.json', ['RunnerLost']],
  ['the workspace is a file', 'rm -r workspace; touch workspace', ['Completed', 'StateUnwritable']],
  ['the folder is removed', 'rm -rf ../"${PWD##*/}"', ['RunnerLost']],
  ['the folder is moved away', 'mv ../"${PWD##*/}" ../moved', ['RunnerLost']],
  ['the folder is a file', 'mv ../"${PWD##*/}" ../moved; touch ../"${PWD##*/}"', ['RunnerLost']],
];

describe('a verdict in spite of what is done to the folder of a Job', () => {
  let scene: FaultScene;
  beforeEach(async () => (scene = await FaultScene.make()));
  afterEach(() => scene.close());

  for (const [what, script, ends] of FAULTS)
    it(`${what}: ${ends.join(' or ')}`, async () => {
      await scene.start();
      const task = await scene.create('broken', { work: [`sh:${script}`] });
      const { status } = await scene.until(task);
      const end = status?.phase === 'Completed' ? 'Completed' : status?.reason;
      assert.ok(
        ends.some((each) => each === end),
        JSON.stringify(status),
      );
    });

  it('another task runs to its end beside one whose folder is broken', async () => {
    await scene.start();
    const broken = await scene.create('broken', { work: ['sh:echo garbage > job.json', 'hang'] });
    const other = await scene.create('other', {});
    assert.equal(phaseOf(await scene.until(other)), 'Completed');
    assert.equal((await scene.until(broken)).status?.reason, 'StateUnwritable');
  });

  it('a task can be cancelled while its folder is broken', async () => {
    await scene.start();
    const steps: Steps = {
      work: ['sh:rm -rf work.exit.json; mkdir -p work.exit.json/x', 'print:broken', 'hang'],
    };
    const task = await scene.create('broken', steps);
    await scene.until(task, ({ status }) => status?.logs?.includes('broken') === true);
    await scene.store.patch('AgenticSession', task.metadata, { spec: { cancel: true } });
    assert.equal(phaseOf(await scene.until(task)), 'Stopped');
  });

  it('a later supervisor ends a task whose record it cannot read', async () => {
    const task = await scene.create('broken', { work: ['hang'] });
    const dir = join(scene.place.paths.jobs, 'example', task.metadata.name);
    execFileSync('mkdir', ['-p', dir]);
    writeFileSync(join(dir, 'job.json'), '{');
    await scene.store.patchStatus('AgenticSession', task.metadata, {
      phase: 'Running',
      jobName: 'broken-job',
    });
    await scene.start();
    assert.equal((await scene.until(task)).status?.reason, 'StateUnwritable');
  });
});
