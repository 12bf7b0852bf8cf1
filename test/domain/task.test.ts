import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import * as tasks from '../../src/domain/task.ts';
import { task } from './builders.ts';

describe('what a task says of itself', () => {
  const bare: AgenticSession = {
    apiVersion: 'vteam.ambient-code/v1alpha1',
    kind: 'AgenticSession',
    metadata: { name: 'by-hand', namespace: 'team' },
    spec: { mode: 'background' },
  };

  it('has a default for everything that a hand-written one leaves out', () => {
    assert.equal(tasks.isTask(bare), true);
    assert.equal(tasks.phaseOf(bare), 'Pending');
    assert.equal(tasks.taskName(bare), 'by-hand');
    assert.equal(tasks.repositoryOf(bare), '');
    assert.equal(tasks.baseBranchOf(bare), undefined);
    assert.equal(tasks.creatorOf(bare), '');
    assert.equal(tasks.retryCountOf(bare), 0);
    assert.deepEqual(tasks.agentOf(bare), { type: 'claude' });
    assert.equal(tasks.prUrlOf(bare), undefined);
    assert.equal(tasks.timeoutOf(bare), 3600);
  });

  it('that an older program left in a phase of its own is looked at as a new one', () => {
    for (const phase of ['', 'Queued', 'constructor'])
      assert.equal(tasks.phaseOf(task({ status: { phase } })), 'Pending', phase);
  });

  it('a session without a spec is not a task', () => {
    const { spec: _none, ...rest } = bare;
    assert.equal(tasks.isTask(rest as AgenticSession), false);
  });

  it('is told by its label, not by its object', () =>
    assert.equal(tasks.taskName(task({ name: 'chore' })), 'chore'));

  for (const mode of ['interactive', 'batch'] as const)
    it(`a session of the mode ${mode} is not a task`, () =>
      assert.equal(tasks.isTask(task({ spec: { mode } })), false));

  const phases: [string, boolean, boolean][] = [
    ['Pending', false, false],
    ['Creating', false, false],
    ['Running', false, false],
    ['Completed', true, false],
    ['Failed', true, true],
    ['Timeout', true, true],
    ['Stopped', true, true],
  ];
  for (const [phase, finished, retryable] of phases)
    it(`${phase}: ${finished ? 'at its end' : 'goes on'}, ${retryable ? 'may' : 'may not'} be retried`, () => {
      assert.equal(tasks.isFinished(task({ status: { phase } })), finished);
      assert.equal(tasks.isRetryable(task({ status: { phase } })), retryable);
    });

  const counts: [string | number, number][] = [
    [0, 0],
    [3, 3],
    ['-1', 0],
    ['1.5', 0],
    ['1e9', 0],
    ['Infinity', 0],
    ['many', 0],
    ['', 0],
    ['9999999999', 0],
  ];
  for (const [count, wanted] of counts)
    it(`a retry count of ${JSON.stringify(count)} counts as ${wanted}`, () =>
      assert.equal(tasks.retryCountOf(task({ retry: { count, of: 'root' } })), wanted));
});
