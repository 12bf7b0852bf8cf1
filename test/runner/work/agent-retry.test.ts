import assert from 'node:assert/strict';
import { ModelUnavailableError, StageError } from '../../../src/domain/reasons.ts';
import type { StageLog } from '../../../src/runner/stage-log.ts';
import { AgentRetry } from '../../../src/runner/work/agent-retry.ts';

const START = Date.parse('2026-11-28T10:00:00Z');
const at = (seconds: number): Date => new Date(START + seconds * 1000);
const overloaded = (until?: Date) => new ModelUnavailableError('The model API is overloaded.', until);
const silent = () => new StageError('AgentSilent', 'The agent printed nothing for 1200 s.');

/** A clock that only sleeping moves. */
function open(seconds = 1800, deadline = 3600) {
  let now = START;
  const steps: string[] = [];
  const lines: string[] = [];
  const waits: number[] = [];
  const log = {
    line: (text: string) => lines.push(text),
    event: ({ phase }: { phase?: string }) => steps.push(phase ?? ''),
  } as unknown as StageLog;
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    waits.push(ms / 1000);
    now += ms;
    return Promise.resolve();
  };
  const control = new AbortController();
  const options = { seconds, deadline: at(deadline), log, signal: control.signal, now: () => now, sleep };
  return { agentRetry: new AgentRetry(options), steps, lines, waits, control };
}

describe('AgentRetry', () => {
  it('waits longer each time for a model whose provider names no time', async () => {
    const { agentRetry, waits } = open();
    for (let count = 0; count < 6; count++) await agentRetry.waitAfter(overloaded());
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 600]);
  });

  it('waits until the time that the provider names, and says so', async () => {
    const { agentRetry, waits, steps, lines } = open();
    const told = await agentRetry.waitAfter(overloaded(at(600)));
    assert.deepEqual(waits, [605]);
    assert.deepEqual(steps, [
      'Waiting for the model until 2026-11-28T10:10:05Z: The model API is overloaded.',
    ]);
    assert.deepEqual(lines, [
      'The model API is overloaded.',
      'Waiting for the model until 2026-11-28T10:10:05Z',
    ]);
    assert.match(told, /Go on with the task where you stopped/);
  });

  it('tries soon after a time that has passed, and then less and less often', async () => {
    const { agentRetry, waits } = open();
    for (let count = 0; count < 5; count++) await agentRetry.waitAfter(overloaded(at(-100)));
    assert.deepEqual(waits, [1, 30, 60, 120, 240]);
  });

  for (const [what, options, until] of [
    ['than the setting allows', [600, 3600], at(700)],
    ["than the task's time", [7200, 600], at(700)],
    ['than nothing', [0, 3600], undefined],
    ['than an invalid deadline allows', [1800, NaN], undefined],
  ] as const)
    it(`does not wait longer ${what}`, async () => {
      const { agentRetry, waits } = open(...options);
      await assert.rejects(agentRetry.waitAfter(overloaded(until)), {
        reason: 'ModelUnavailable',
        message: /^The model API is overloaded\..* It does not wait longer: (600|0|NaN) s are left/,
      });
      assert.deepEqual(waits, []);
    });

  it('counts all waits together, and says how long it waited', async () => {
    const { agentRetry } = open(100);
    await agentRetry.waitAfter(overloaded());
    await agentRetry.waitAfter(overloaded());
    await assert.rejects(agentRetry.waitAfter(overloaded()), { message: /The task waited 90 s for it\./ });
  });

  it('ends its wait when the task is stopped', async () => {
    const { agentRetry, control } = open();
    control.abort(new StageError('Cancelled', 'The task was stopped.'));
    await assert.rejects(agentRetry.waitAfter(overloaded()), { reason: 'Cancelled' });
  });

  it('starts a program that prints nothing once more, and not twice', async () => {
    const { agentRetry, lines, waits } = open();
    assert.match(await agentRetry.waitAfter(silent()), /printed nothing for a long time/);
    assert.deepEqual(lines, ['The agent printed nothing for 1200 s. It is started once more.']);
    await assert.rejects(agentRetry.waitAfter(silent()), { reason: 'AgentSilent' });
    assert.deepEqual(waits, []);
  });

  it('throws every other error as it is', async () => {
    const error = new StageError('AgentFailed', 'crash');
    await assert.rejects(open().agentRetry.waitAfter(error), error);
  });
});
