import assert from 'node:assert/strict';
import type { SessionSpec, SessionStatus } from '../../src/api/types.ts';
import { adviceFor, adviceLine, retryCommand } from '../../src/domain/advice.ts';
import { task } from './builders.ts';

const ended = (status: SessionStatus, spec: Partial<SessionSpec> = {}) =>
  task({ name: 'x', status: { phase: 'Failed', ...status }, spec });

describe('the command that is named after a task has ended', () => {
  const cures: [reason: string, spec: Partial<SessionSpec>, error: string, command: string][] = [
    ['AgentBudget', {}, '', 'bgtask retry x --max-budget 10'],
    ['AgentBudget', { agent: { type: 'claude', maxBudgetUSD: 2.5 } }, '', 'bgtask retry x --max-budget 5'],
    ['AgentBudget', { agent: { type: 'claude', maxTurns: 30 } }, '', 'bgtask retry x --max-turns 60'],
    ['AgentBudget', { agent: { type: 'claude', maxTurns: 900, maxBudgetUSD: 2 } }, 'The agent used its 900 turns.', 'bgtask retry x --max-turns 1000'],
    ['AgentBudget', { agent: { type: 'claude', maxTurns: 900, maxBudgetUSD: 2 } }, 'The budget is used up.', 'bgtask retry x --max-budget 4'],
    ['ProtectedPath', {}, 'The change touches protected paths: ".github/workflows/a b.yml", "CODEOWNERS". If that is wanted', `bgtask retry x --allow-path '.github/workflows/a b.yml' --allow-path CODEOWNERS`],
    ['ProtectedPath', {}, 'The change touches protected paths: "a\\"; rm -rf ~ #". If', `bgtask retry x --allow-path 'a"; rm -rf ~ #'`],
    ['ProtectedPath', {}, 'No list.', "bgtask retry x --allow-path 'GLOB'"],
    ['DeadlineExceeded', { timeout: 600 }, '', 'bgtask retry x --timeout 20m'],
    ['DeadlineExceeded', { timeout: 3600 }, '', 'bgtask retry x'],
    ['RepositoryBusy', {}, '', 'bgtask retry x --queue'],
    ['ValidationFailed', {}, '', "bgtask retry x -m 'What to do otherwise'"],
    ['PushDenied', {}, '', 'bgtask retry x'],
    ['Unheard', {}, '', 'bgtask retry x'],
  ]; // prettier-ignore
  for (const [reason, spec, error, command] of cures)
    it(`is "${command}" for ${reason}`, () =>
      assert.equal(retryCommand(ended({ reason, error }, spec)), command));

  it('names the change where it is kept', () => {
    const change = { location: 'file:///x' };
    assert.equal(
      adviceLine(ended({ reason: 'AgentFailed', change })),
      'The whole log: bgtask logs x    Its change: bgtask diff x    Try again: bgtask retry x',
    );
    assert.doesNotMatch(adviceLine(ended({ change: { note: 'None.' } })), /diff/);
  });

  for (const phase of ['Pending', 'Running', 'Completed'])
    it(`is absent for a task that is ${phase}`, () => assert.deepEqual(adviceFor(ended({ phase })), []));
});
