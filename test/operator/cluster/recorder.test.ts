import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { SessionStatus } from '../../../src/api/types.ts';
import { BgtaskError } from '../../../src/domain/errors.ts';
import type { KubeObject } from '../../../src/engine/kubernetes/client/objects.ts';
import { Recorder, wordOf } from '../../../src/operator/cluster/recorder.ts';
import { task } from '../../domain/builders.ts';
import { MemoryResource } from './memory-resource.ts';

const PR = 'https://git.example.com/example-org/app/pull/7';

describe('What a phase says to a user who describes a task', () => {
  const CASES: [string, SessionStatus | undefined, [string, string, string] | undefined][] = [
    ['not yet looked at', undefined, undefined],
    ['that waits', { phase: 'Pending' }, undefined],
    ['that runs', { phase: 'Running', jobName: 'job' }, undefined],
    ['whose Job was made', { phase: 'Creating', jobName: 'job' }, ['Normal', 'Created', 'Created Job job']],
    [
      'with a pull request',
      { phase: 'Completed', reason: 'PullRequestOpened', repos: [{ prUrl: PR }] },
      ['Normal', 'PullRequestOpened', `Opened ${PR}`],
    ],
    [
      'without changes',
      { phase: 'Completed', reason: 'NoChanges' },
      ['Normal', 'NoChanges', 'No changes were needed'],
    ],
    [
      'that failed',
      { phase: 'Failed', reason: 'ChecksFailed', error: 'lint failed' },
      ['Warning', 'ChecksFailed', 'lint failed'],
    ],
    [
      'that took too long',
      { phase: 'Timeout', reason: 'DeadlineExceeded', error: 'after 1 h' },
      ['Warning', 'DeadlineExceeded', 'after 1 h'],
    ],
    ['that was stopped', { phase: 'Stopped' }, ['Warning', 'Stopped', 'Stopped']],
  ];
  for (const [name, status, word] of CASES)
    it(`of a task ${name}`, () => {
      const [type, reason, message] = word ?? [];
      assert.deepEqual(wordOf(task({ status })), word && { type, reason, message });
    });
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('The recorder of Events', () => {
  let events: MemoryResource<KubeObject>;
  let logged: [string, Record<string, unknown>][];
  let log: EventEmitter;
  let recorder: Recorder;
  beforeEach(() => {
    events = new MemoryResource<KubeObject>();
    logged = [];
    log = new EventEmitter();
    recorder = new Recorder(events, 'bgtask-operator-1', (message, fields) => {
      logged.push([message, fields]);
      log.emit('line');
    });
  });
  const FAILED: SessionStatus = { phase: 'Failed', reason: 'ChecksFailed', error: 'lint failed' };

  it('writes one in the task’s project, about this very task', async () => {
    recorder.phaseChanged(task({ status: FAILED }));
    await settled();
    const { metadata, firstTimestamp, lastTimestamp, ...event } = events.objects[0] as KubeObject &
      Record<string, unknown>;
    assert.equal(metadata.namespace, 'team');
    assert.match(metadata.name, /^chore-00000000\.[0-9a-f]{8}-[0-9a-f]{4}$/);
    assert.equal(firstTimestamp, lastTimestamp);
    assert.deepEqual(event, {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: {
        apiVersion: 'vteam.ambient-code/v1alpha1',
        kind: 'AgenticSession',
        namespace: 'team',
        name: 'chore-00000000',
        uid: 'uid-chore',
      },
      type: 'Warning',
      reason: 'ChecksFailed',
      message: 'lint failed',
      source: { component: 'bgtask-operator' },
      reportingComponent: 'bgtask-operator',
      reportingInstance: 'bgtask-operator-1',
      count: 1,
    });
  });

  it('writes each change as an Event of its own, and none for a step in between', async () => {
    for (const phase of ['Creating', 'Running', 'Completed'] as const)
      recorder.phaseChanged(task({ status: { phase } }));
    await settled();
    assert.equal(events.objects.length, 2);
  });

  it('shortens a message that the API server would refuse', async () => {
    recorder.phaseChanged(task({ status: { ...FAILED, error: 'x'.repeat(5000) } }));
    await settled();
    const { message } = events.objects[0] as KubeObject & { message: string };
    assert.equal(message.length, 1024);
    assert.ok(message.endsWith('x…'));
  });

  it('writes few at once, so that Jobs and statuses come first, and all of them in the end', async () => {
    let now = 0;
    let most = 0;
    events.before = async () => {
      most = Math.max(most, ++now);
      await settled();
      now--;
    };
    for (let count = 0; count < 20; count++) recorder.phaseChanged(task({ status: FAILED }));
    while (events.objects.length < 20) await settled();
    assert.equal(most, 4);
  });

  it('only logs that one could not be written', async () => {
    events.before = () => {
      throw new BgtaskError('Forbidden', 'may not create events');
    };
    const line = once(log, 'line');
    recorder.phaseChanged(task({ status: FAILED }));
    await line;
    assert.deepEqual(logged, [
      ['event not written', { object: 'chore-00000000', error: 'may not create events' }],
    ]);
  });
});
