import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { until } from '../harness/until.ts';
import type { Witness } from './witness.ts';

/** How a task must have ended. */
export interface End {
  phase: string;
  reason?: string;
  /** How many pods it had in all; 1. None: no Job either. */
  runs?: number;
  /** Its archived log; none for a task that never ran. */
  log?: RegExp;
}

const ORDER = ['Pending', 'Creating', 'Running', 'Completed', 'Failed', 'Timeout', 'Stopped'];

/** Asserts of a task that has ended, and of all its states before, that nothing was lost and nothing done twice. */
export async function account(witness: Witness, name: string, end: End): Promise<void> {
  const [history = assert.fail(`there was no task ${name}`), ...others] = witness.tasks(name);
  assert.equal(others.length, 0, `${name} was made once`);
  const task = history.states.at(-1);
  const { phase, reason } = task?.status ?? {};
  assert.deepEqual([phase, reason], [end.phase, end.reason], task?.status?.error);
  const { runs = 1 } = end;
  assertNoStepBack(history.states, runs - 1);
  await until(`the end of the pods of ${name}`, 60, () => witness.pods(task).every(({ gone }) => gone));
  assert.equal(witness.jobs(task).length, Math.min(1, runs), 'Jobs in all');
  assert.equal(witness.pods(task).length, runs, 'pods in all');
  // What was kept of it before goes last.
  const logs = end.log ? 1 : 0;
  await until(`${logs} archived logs of ${name}`, 60, () => witness.archives(task).length === logs);
  if (end.log) assert.match(witness.archives(task)[0] ?? '', end.log);
}

/** A task whose pod is replaced goes from Running to Creating; its progress stays. */
function assertNoStepBack(states: readonly AgenticSession[], replaced: number): void {
  let last = { phase: 0, progress: 0 };
  let returns = replaced;
  for (const { status } of states) {
    const seen = { phase: ORDER.indexOf(status?.phase ?? 'Pending'), progress: status?.progress ?? 0 };
    const isReplaced = status?.phase === 'Creating' && ORDER[last.phase] === 'Running' && returns > 0;
    if (isReplaced) {
      returns--;
      last.phase = seen.phase;
    }
    const shown = states
      .map(({ status: each }) => `${each?.phase ?? 'none'} ${each?.progress ?? 0}`)
      .join(', ');
    assert.ok(seen.phase >= last.phase && seen.progress >= last.progress, `a step back: ${shown}`);
    last = seen;
  }
}
