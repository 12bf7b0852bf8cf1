import assert from 'node:assert/strict';
import { GENERATE_CONTENT } from '../support/model-standin/generate-content.ts';
import { MESSAGES } from '../support/model-standin/messages.ts';
import { RESPONSES } from '../support/model-standin/responses.ts';
import { itFails, itRepairs } from './behaviours.ts';
import { assertKeyStayed, assertQuiet, editAndSpy, type RealAgent, Stage, type Tools } from './real-agent.ts';

const configOf = (provider: string, baseURL: string): Record<string, string> => ({
  OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider: { [provider]: { options: { baseURL } } } }),
});
const OPENCODE = { type: 'opencode', program: 'BGTASK_OPENCODE' } as const;

/** Its providers, each with an API of its own. */
const ANTHROPIC: RealAgent = {
  ...OPENCODE,
  variable: 'ANTHROPIC_API_KEY',
  key: 'sk-ant-example-0006-canary-of-the-model',
  protocol: MESSAGES,
  model: 'anthropic/claude-sonnet-4-5',
  base: (url) => configOf('anthropic', `${url}/v1`),
};
const OTHERS: RealAgent[] = [
  {
    ...OPENCODE,
    variable: 'OPENAI_API_KEY',
    key: 'sk-proj-example-0007-canary-of-the-model',
    protocol: RESPONSES,
    model: 'openai/gpt-5.5',
    base: (url) => configOf('openai', `${url}/v1`),
  },
  {
    ...OPENCODE,
    variable: 'GEMINI_API_KEY',
    key: 'AIzaExample-0008-canary-of-the-model',
    protocol: GENERATE_CONTENT,
    model: 'google/gemini-2.5-pro',
    base: (url) => configOf('google', `${url}/v1beta`),
  },
];

const TOOLS: Tools = {
  edit: (from, to) => ({
    name: 'edit',
    input: { filePath: 'version.txt', oldString: from, newString: to },
  }),
  shell: (command) => ({ name: 'bash', input: { command, description: 'Looks around' } }),
};
/** GPT models get a tool for patches in the place of the one for edits. */
const PATCH: Tools = {
  ...TOOLS,
  edit: (from, to) => ({
    name: 'apply_patch',
    input: {
      patchText: `*** Begin Patch\n*** Update File: version.txt\n@@\n-${from}\n+${to}\n*** End Patch`,
    },
  }),
};

describe('the real opencode behind the model gateway', function () {
  this.timeout(120_000);
  const stage = new Stage(ANTHROPIC);
  before(function () {
    return stage.install(this);
  });
  afterEach(() => stage.close());

  for (const agent of [ANTHROPIC, ...OTHERS])
    it(`edits a file with ${agent.variable}, and never sees the key`, async () => {
      const tools = agent.protocol === RESPONSES ? PATCH : TOOLS;
      const scene = await stage.open(editAndSpy(tools), { agent });
      const report = await scene.job.run('work');
      assert.equal(await scene.job.show(report, 'version.txt'), 'version 2');
      await assertKeyStayed(scene, agent, await scene.job.show(report, 'spied.txt'));
      assert.equal(scene.model.left(), 0);
      // The gateway counts the question for a title too: 100 and 50 tokens.
      assert.deepEqual([report.usage?.inputTokens, report.usage?.outputTokens], [517, 78]);
      // Its list of models is fresher than what it brings, and it gets the types of its plugins from npm's registry.
      assertQuiet(scene.job, /^models\.|^registry\./);
    });

  itRepairs(stage, TOOLS, { tokens: [1400, 250] });
  itFails(stage, ANTHROPIC, {
    refused: /The model API refused the key in ANTHROPIC_API_KEY/,
    error: /opencode ended with an error.*scripted trouble/,
  });

  it('ends when the answers cost more than the budget, and its usage is reported', async () => {
    const { job } = await stage.open(
      [{ tools: [TOOLS.shell('true')], usage: { input: 3_000_000, output: 10 }, repeat: true }],
      { spec: { maxBudgetUSD: 5 } },
    );
    const error = await job.fails('work');
    assert.equal(error.reason, 'AgentBudget', error.message);
    assert.ok((error.usage?.costUSD ?? 0) >= 9, JSON.stringify(error.usage));
    assert.ok((error.usage?.inputTokens ?? 0) >= 3_000_000, JSON.stringify(error.usage));
  });
});
