import assert from 'node:assert/strict';
import { JobCache } from '../../../../src/engine/kubernetes/jobs/job-cache.ts';
import type { JobObject, PodObject } from '../../../../src/engine/kubernetes/jobs/objects.ts';
import { at, job, pod } from './recorded.ts';

const KEY = { namespace: 'example', name: 'task-12345678' };
const jobOfVersion = (resourceVersion: string, active = 1): JobObject => {
  const one = job({ active });
  return { ...one, metadata: { ...one.metadata, resourceVersion } };
};
const podNamed = (uid: string): PodObject => pod({}, {}, { uid, creationTimestamp: at(1) });

describe('JobCache', () => {
  let cache: JobCache;
  beforeEach(() => (cache = new JobCache()));

  it('joins a Job and its pods, whichever comes first', () => {
    assert.equal(cache.putPod(podNamed('a')), undefined);
    assert.deepEqual(cache.putJob(jobOfVersion('1')), { ...KEY, uid: 'session-uid' });
    assert.deepEqual(cache.putPod(podNamed('b')), { ...KEY, uid: 'session-uid' });
    assert.deepEqual(
      cache.get(KEY)?.pods.map(({ pod: one }) => one.metadata.uid),
      ['a', 'b'],
    );
    assert.deepEqual(cache.keys(), [KEY]);
  });
  it('knows a Job of another session of the name for another one', () => {
    cache.putJob(jobOfVersion('1'));
    assert.equal(cache.get({ ...KEY, uid: 'another' }), undefined);
    assert.ok(cache.get({ ...KEY, uid: 'session-uid' }));
  });
  it('takes no older state for a newer one', () => {
    cache.putJob(jobOfVersion('10', 2));
    assert.equal(cache.putJob(jobOfVersion('9', 1)), undefined);
    assert.equal(cache.get(KEY)?.job.status?.active, 2);
  });
  it('remembers a Job and pods that are gone, until they are forgotten', () => {
    cache.putJob(jobOfVersion('1'));
    cache.putPod(podNamed('a'));
    cache.dropJob(jobOfVersion('2'));
    cache.putPod(podNamed('a'), true);
    const seen = cache.get(KEY);
    assert.ok(seen?.jobGone && seen.pods[0]?.gone);
    assert.deepEqual(cache.keys(), [], 'a Job that is gone is listed');
    assert.equal(cache.putJob(jobOfVersion('3')), undefined, 'a late answer brings it back');
    cache.forget(seen);
    assert.equal(cache.get(KEY), undefined);
  });
  it('forgets a Job for good while the watches still tell of it', () => {
    cache.putJob(jobOfVersion('1'));
    const seen = cache.get(KEY);
    assert.ok(seen);
    cache.forget(seen);
    cache.putJob(jobOfVersion('2'));
    cache.putPod(podNamed('a'));
    assert.equal(cache.get(KEY), undefined);
    cache.dropJob(jobOfVersion('3'));
    const again = jobOfVersion('4');
    again.metadata.uid = 'job-uid-2';
    cache.putJob(again);
    assert.equal(cache.get(KEY)?.job.metadata.uid, 'job-uid-2');
  });
  it('remembers a few of the pods that were replaced', () => {
    cache.putJob(jobOfVersion('1'));
    for (const uid of ['a', 'b', 'c', 'd', 'e']) cache.putPod(podNamed(uid), uid !== 'e');
    assert.deepEqual(
      cache.get(KEY)?.pods.map(({ pod: one }) => one.metadata.uid),
      ['b', 'c', 'd', 'e'],
    );
  });
});
