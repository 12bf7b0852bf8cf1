import assert from 'node:assert/strict';
import { BgtaskError } from '../../../../src/domain/errors.ts';
import type { KubeObject } from '../../../../src/engine/kubernetes/client/objects.ts';
import type { Tracked } from '../../../../src/engine/kubernetes/jobs/job-cache.ts';
import type { JobObject } from '../../../../src/engine/kubernetes/jobs/objects.ts';
import { RoomWatch } from '../../../../src/engine/kubernetes/jobs/room-watch.ts';
import { MemoryResource } from '../../../operator/cluster/memory-resource.ts';
import { Deferred } from '../../../support/deferred.ts';
import { job } from './recorded.ts';

const QUOTA = { metadata: { namespace: 'example', name: 'small' } };

describe('who waits for room in a quota', () => {
  let quotas: MemoryResource<KubeObject>;
  let jobs: MemoryResource<JobObject>;
  let podless: Tracked[];
  let told: string[];
  let problems: string[];
  let life: AbortController;
  let watching: Promise<void>;
  let room: RoomWatch;
  /** Resolves at the next word to a session, and at the next change of a Job. */
  let woken: Deferred;

  beforeEach(async () => {
    quotas = new MemoryResource();
    jobs = new MemoryResource();
    told = [];
    podless = [];
    problems = [];
    woken = new Deferred();
    life = new AbortController();
    const { metadata } = await jobs.create(job());
    podless = [{ session: metadata, job: { ...job(), metadata }, jobGone: false, pods: [] }];
    await quotas.create(QUOTA);
    room = new RoomWatch({
      quotas,
      jobs,
      podless: (namespace) => (namespace === 'example' ? podless : []),
      tell: ({ name }) => {
        told.push(name);
        woken.resolve();
      },
      watch: { onProblem: (sentence) => problems.push(sentence) },
    });
    jobs.before = (verb) => {
      if (verb === 'patch') woken.resolve();
    };
  });
  afterEach(async () => {
    life.abort();
    await watching;
  });

  /** Begins, and changes the quota once it is watched. */
  async function change(): Promise<void> {
    const watched = new Deferred();
    quotas.before = (verb) => {
      if (verb === 'watch') watched.resolve();
    };
    watching = room.run(life.signal);
    await watched.promise;
    await quotas.patch(QUOTA.metadata, { status: { hard: { pods: '2' } } });
    await woken.promise;
  }

  it('is tried again when the quota changes: a Job without a pod by a touch', async () => {
    await change();
    await new Promise((resolve) => setImmediate(resolve));
    const [touched] = jobs.objects;
    assert.ok(touched?.metadata.annotations?.['ambient-code.io/room']);
  });

  it('is tried again when the quota changes: five at once of those whose Job was refused, then others', async () => {
    podless = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      room.refused({ namespace: 'example', name }, 'exceeded quota: small');
    await change();
    assert.deepEqual(told, ['a', 'b', 'c', 'd', 'e']);
    woken = new Deferred();
    await quotas.patch(QUOTA.metadata, { status: { hard: { pods: '3' } } });
    await woken.promise;
    assert.deepEqual(told.slice(5), ['f']);
  });

  it('leaves out a task whose Job was refused for another cause, or in another project', async () => {
    room.refused({ namespace: 'example', name: 'a' }, 'the namespace is being terminated');
    room.refused({ namespace: 'elsewhere', name: 'b' }, 'exceeded quota: small');
    await change();
    assert.deepEqual(told, []);
  });

  it('waits for his next attempt where quotas may not be seen', async () => {
    quotas.before = () => {
      throw new BgtaskError('Forbidden', 'resourcequotas is forbidden');
    };
    watching = room.run(life.signal);
    await watching;
    assert.deepEqual(problems, ['quotas are not watched: resourcequotas is forbidden']);
  });
});
