import assert from 'node:assert/strict';
import { agentKeys } from '../../../src/runner/agents/model-keys.ts';
import { agents, loadAgent } from '../../../src/runner/agents/table.ts';

describe('the table of agents', () => {
  for (const type of Object.keys(agents)) {
    it(`has ${type} under its own name`, async () => assert.equal((await loadAgent(type)).name, type));

    it(`knows ${type}'s keys where Jobs are made too, which mount them alone`, async () =>
      assert.deepEqual((await loadAgent(type)).keys, (await agentKeys())(type).agent));
  }

  for (const type of ['no-such', 'toString', '__proto__']) {
    it(`refuses ${type} and lists the known ones`, () =>
      assert.rejects(loadAgent(type), {
        reason: 'InvalidTask',
        message: `There is no agent ${type}. Set agent.type to one of: claude, codex, command, gemini, opencode.`,
      }));
  }
});
