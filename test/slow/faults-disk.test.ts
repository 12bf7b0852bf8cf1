import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { phaseOf } from '../../src/domain/task.ts';
import { needsRoot } from '../support/needs.ts';
import { FaultScene, type Steps } from '../faults/scene.ts';

/** Bytes that leave a small disk without room, and files that leave it without inodes. */
const FILL = 'head -c 64M /dev/zero > workspace/junk; true';
const INODES = 'i=0; while : > workspace/i$i; do i=$((i+1)); done 2>/dev/null; true';
/** How large the disk is; and what must not be full for the task to end. */
const DISKS: readonly [what: string, options: string, steps: Steps][] = [
  ['the stage fills the disk and ends', 'size=6m', { work: [`sh:${FILL}`] }],
  ['the stage fills the disk and dies', 'size=6m', { work: [`sh:${FILL}`, 'crash:0'] }],
  ['the stage fills the disk and hangs', 'size=6m', { work: [`sh:${FILL}`, 'print:full', 'hang'] }],
  [
    'the change fills the disk',
    'size=6m',
    { work: ['sh:mkdir workspace/checkout; head -c 64M /dev/zero > workspace/checkout/a; true', 'crash:0'] },
  ],
  ['the stage takes all inodes and ends', 'size=64m,nr_inodes=300', { work: [`sh:${INODES}`] }],
  [
    'the stage takes all inodes and hangs',
    'size=64m,nr_inodes=300',
    { work: [`sh:${INODES}`, 'print:full', 'hang'] },
  ],
  ['the clone fills the disk', 'size=6m', { clone: [`sh:${FILL}`] }],
];

describe('a verdict on a full disk', () => {
  let scene: FaultScene;
  before(function () {
    needsRoot(this);
  });
  beforeEach(async () => (scene = await FaultScene.make()));
  afterEach(() => scene.close());

  for (const [what, options, steps] of DISKS)
    it(`${what}: the task Failed, or was stopped, and a later task can run`, async () => {
      scene.mount(scene.place.paths.state, options);
      await scene.start();
      const task = await scene.create('full', steps);
      const hangs = Object.values(steps).flat().includes('hang');
      if (hangs) {
        await scene.until(task, ({ status }) => status?.phase === 'Running');
        await scene.store.patch('AgenticSession', task.metadata, { spec: { cancel: true } });
      }
      const { status } = await scene.until(task);
      assert.equal(status?.phase, hangs ? 'Stopped' : 'Failed', JSON.stringify(status));
      const later = await scene.create('later', {});
      assert.equal(phaseOf(await scene.until(later)), 'Completed');
    });

  it('the change that the stage had left is kept, and what filled the disk is not', async () => {
    scene.mount(scene.place.paths.state, 'size=6m');
    await scene.start();
    const task = await scene.create('full', { work: ['leave:a patch', `sh:${FILL}`, 'crash:0'] });
    assert.equal((await scene.until(task)).status?.phase, 'Failed');
    await scene.cleared();
    const kept = await scene.store.get('AgenticSession', task.metadata);
    assert.ok(kept?.status?.change?.location, JSON.stringify(kept?.status));
  });

  it('the jobs become read-only while a task runs: Failed (StateUnwritable), though its folder cannot say so', async () => {
    const { jobs } = scene.place.paths;
    await scene.start();
    const task = await scene.create('locked', { work: ['await:go'] });
    await scene.until(task, ({ status }) => status?.phase === 'Running');
    writeFileSync(join(jobs, 'example', task.metadata.name, 'go'), '');
    const unlock = scene.lock(jobs);
    try {
      assert.equal((await scene.until(task)).status?.reason, 'StateUnwritable');
    } finally {
      unlock();
    }
  });
});
