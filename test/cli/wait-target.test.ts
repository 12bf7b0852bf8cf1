import assert from 'node:assert/strict';
import type { AgenticSession, Phase } from '../../src/api/types.ts';
import { targetOf } from '../../src/cli/wait-target.ts';

const at = (phase: Phase): AgenticSession => ({ status: { phase } }) as AgenticSession;

describe('targetOf', () => {
  for (const [text, phase, reached, missed] of [
    ['completed', 'Completed', true, false],
    ['completed', 'Failed', false, true],
    ['completed', 'Running', false, false],
    ['phase=Running', 'Running', true, false],
    ['running', 'Completed', false, true],
    ['FAILED', 'Failed', true, false],
    ['ended', 'Timeout', true, false],
    ['ended', 'Pending', false, false],
  ] as const) {
    it(`--for=${text}: ${phase} is ${reached ? 'reached' : missed ? 'missed' : 'neither'}`, () => {
      const target = targetOf(text);
      assert.deepEqual([target.reached(at(phase)), target.missed(at(phase))], [reached, missed]);
    });
  }
  it('refuses another word with those there are', () =>
    assert.throws(() => targetOf('done'), { code: 'Usage', hint: /completed, ended, or a phase: Pending/ }));
});
