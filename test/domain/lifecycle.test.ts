import assert from 'node:assert/strict';
import { type Phase, PHASES, type SessionStatus } from '../../src/api/types.ts';
import { type StatusChange, statusPatch } from '../../src/domain/lifecycle.ts';
import { after, task } from './builders.ts';

const NOW = after(10);
const patch = (status: SessionStatus | undefined, change: StatusChange) =>
  statusPatch(task({ status }), change, NOW);

/** `Pending -> Creating <-> Running -> Completed | Failed | Timeout | Stopped`, and an early end from anywhere. */
const ENDS: Phase[] = ['Completed', 'Failed', 'Timeout', 'Stopped'];
const ALLOWED: Record<Phase, Phase[]> = {
  Pending: ['Creating', 'Running', ...ENDS],
  Creating: ['Running', ...ENDS],
  Running: ['Creating', ...ENDS],
  Completed: [],
  Failed: [],
  Timeout: [],
  Stopped: [],
};

describe('the life of a task', () => {
  for (const from of PHASES)
    for (const to of PHASES) {
      if (from === to) continue;
      const allowed = ALLOWED[from].includes(to);
      it(`${from} ${allowed ? 'may become' : 'never becomes'} ${to}`, () =>
        assert.equal(patch({ phase: from }, { phase: to, reason: 'X' })?.phase, allowed ? to : undefined));
    }

  it('a task that the operator has not looked at is Pending', () => {
    assert.equal(patch(undefined, { phase: 'Pending' })?.phase, 'Pending');
    assert.equal(patch(undefined, { phase: 'Creating' })?.phase, 'Creating');
  });

  it('an unknown phase changes to nothing', () =>
    assert.equal(patch({ phase: 'Running' }, { phase: 'Nonsense' as Phase }), undefined));
});

describe('statusPatch', () => {
  const cases: [string, SessionStatus, StatusChange, SessionStatus | undefined][] = [
    [
      'says nothing when the status says so already',
      { phase: 'Running', progress: 20 },
      { phase: 'Running', progress: 20 },
      undefined,
    ],
    [
      'says only what differs',
      { phase: 'Running', progress: 20 },
      { phase: 'Running', progress: 30 },
      { progress: 30 },
    ],
    ['fields that are undefined stay', { error: 'x' }, { error: undefined, progress: 5 }, { progress: 5 }],
    ['progress never goes down', { progress: 60 }, { progress: 20 }, undefined],
    ['progress is at most 100', { progress: 60 }, { progress: 400 }, { progress: 100 }],
    ['progress is a whole number', {}, { progress: 41.9 }, { progress: 41 }],
    ['progress is never below 0', {}, { progress: -3 }, { progress: 0 }],
    [
      'currentPhase has at most 256 characters',
      {},
      { currentPhase: 'x'.repeat(300) },
      { currentPhase: `${'x'.repeat(255)}…` },
    ],
    ['error has at most 4096 characters', {}, { error: 'x'.repeat(5000) }, { error: `${'x'.repeat(4095)}…` }],
    [
      'logs are the last 10,240 bytes',
      {},
      { logs: `first${'x'.repeat(10_240)}` },
      { logs: 'x'.repeat(10_240) },
    ],
    [
      'logs are cut where a character begins',
      {},
      { logs: `${'x'.repeat(6)}${'€'.repeat(3414)}` },
      { logs: '€'.repeat(3413) },
    ],
    [
      'logs that could not be read take nothing away',
      { logs: 'x\n' },
      { logs: '', progress: 5 },
      { progress: 5 },
    ],
    [
      'logs that are cut to the same end change nothing',
      { logs: 'x'.repeat(10_240) },
      { logs: 'x'.repeat(20_000) },
      undefined,
    ],
  ];
  for (const [promise, status, change, wanted] of cases)
    it(promise, () => assert.deepEqual(patch(status, change), wanted));

  it('a condition that says the same changes nothing', () => {
    const change: StatusChange = {
      conditions: [{ type: 'Admitted', status: 'True', reason: 'Admitted', message: 'm' }],
    };
    const first = patch({}, change);
    assert.equal(first?.conditions?.length, 1);
    assert.equal(statusPatch(task({ status: first }), change, after(99)), undefined);
  });
});
