import assert from 'node:assert/strict';
import { newestPod, type SeenPod } from '../../../../src/engine/kubernetes/jobs/job-seen.ts';
import { at, pod } from './recorded.ts';

const seen = (uid: string, seconds: number, resourceVersion: string, gone = false): SeenPod => ({
  pod: pod({}, {}, { uid, creationTimestamp: at(seconds), resourceVersion }),
  gone,
});

describe('the pod of a Job that counts', () => {
  const CASES: [string, SeenPod[], string][] = [
    ['is the newest', [seen('new', 2, '20'), seen('old', 1, '10')], 'new'],
    ['is there rather than gone', [seen('old', 1, '10', true), seen('new', 1, '20')], 'new'],
    [
      'of two of one second is there rather than gone',
      [seen('new', 1, '9'), seen('old', 1, '10', true)],
      'new',
    ],
    [
      'of two of one second that are gone is the one told of later',
      [seen('a', 1, '99', true), seen('b', 1, '100', true)],
      'b',
    ],
    ['is the newest although it is gone', [seen('old', 1, '10'), seen('new', 2, '20', true)], 'new'],
  ];
  for (const [promise, pods, uid] of CASES)
    for (const [order, given] of [
      ['', pods],
      [', in any order', pods.toReversed()],
    ] as const)
      it(promise + order, () => assert.equal(newestPod(given)?.pod.metadata.uid, uid));

  it('is absent when the Job does not have a pod', () => assert.equal(newestPod([]), undefined));
});
