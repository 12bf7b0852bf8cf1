import assert from 'node:assert/strict';
import { briefSession } from '../../src/domain/brief-session.ts';
import { taskSummary } from '../../src/server/views/task-view.ts';
import { task } from './builders.ts';

describe('a brief session', () => {
  const whole = task({
    spec: { prompt: 'p'.repeat(1000), parameters: { a: 'b' }, checks: [{ name: 'test', run: 'npm test' }] },
    status: {
      phase: 'Failed',
      progress: 60,
      currentPhase: 'Running tests',
      reason: 'ValidationFailed',
      logs: 'l'.repeat(10_000),
      error: 'e'.repeat(4000),
      repos: [{ name: 'app', status: 'pushed', prUrl: 'https://example.com/pull/7' }],
    },
  });

  it('has all that a list shows', () =>
    assert.deepEqual(taskSummary(briefSession(whole)), taskSummary(whole)));

  it('has neither instructions nor log, and is small', () => {
    const text = JSON.stringify(
      briefSession({ ...whole, metadata: { ...whole.metadata, managedFields: ['m'] } as never }),
    );
    assert.ok(text.length < 1500, text);
    for (const word of ['pppp', 'llll', 'eeee', 'npm test', 'managedFields'])
      assert.ok(!text.includes(word), word);
  });
});
