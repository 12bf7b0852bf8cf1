import assert from 'node:assert/strict';
import { Chores } from './chores.ts';
import { deletions, drains, lateCancels, nodePrograms } from './interruptions.ts';
import { images, loadImages, noise, room, RUNNER, startMissing } from './room-and-images.ts';

describe('faults on a real node', function () {
  this.timeout(400_000);
  let chores: Chores;
  before(async () => {
    // The kubelet measures volumes once a minute by default.
    chores = await Chores.start(RUNNER, { kubelet: ['--volume-stats-agg-period=2s'] });
    await loadImages(chores);
    await startMissing(chores);
  });
  after(() => chores?.close());

  nodePrograms(() => chores);
  deletions(() => chores);
  drains(() => chores);
  lateCancels(() => chores);
  room(() => chores);
  images(() => chores);
  noise(() => chores);

  describe('after all of it', () => {
    it('no task of any of these is lost: each has ended', async () => {
      const times = await chores.kubectl('get', 'as', '-o', 'jsonpath={.items[*].status.completionTime}');
      assert.equal(times.split(' ').length, chores.names.size);
    });

    it('nothing was asked of GitHub that it does not know', () =>
      assert.deepEqual(chores.here.github.problems, []));
  });
});
