import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../support/stage/job.ts';
import { cloned } from '../../support/stage/prepared.ts';
import { tempFolder } from '../../support/stage/remote.ts';
import { withPodGateway } from '../../../src/runner/gateway/pod-access.ts';
import { makePod, startPodGateway } from '../../runner/gateway/pod.ts';
import { answerJson, type Provider, startProvider } from '../../runner/gateway/provider.ts';

const KEY = 'sk-ant-api03-example-0004-canary-of-the-model';
const ANSWER = { model: 'claude-sonnet-4-5', usage: { input_tokens: 1_000_000, output_tokens: 20 } };

/** A stand-in for Claude Code that asks the model so often, says that it cost nothing, and ends with a result or an error. */
const liar = (requests: number, end: string): string => String.raw`#!/usr/bin/env node
const say = (line) => console.log(JSON.stringify({ session_id: 'session-1', ...line }));
say({ type: 'system', subtype: 'init' });
require('node:fs').writeFileSync('env.txt', JSON.stringify(process.env));
(async () => {
  for (let left = ${requests}; left > 0; left--)
    await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
      method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: '{}',
    }).then((response) => response.text());
  ${end}
})();
`;
const DONE =
  "say({ type: 'result', subtype: 'success', is_error: false, result: 'Done.', total_cost_usd: 0, usage: { input_tokens: 1, output_tokens: 1 } });";

describe('an agent whose output is not true', () => {
  let provider: Provider;
  before(async () => (provider = await startProvider(answerJson(ANSWER))));
  after(() => provider.close());

  async function prepare(requests: number, end: string, maxBudgetUSD?: number): Promise<Job> {
    const program = join(tempFolder(), 'claude');
    writeFileSync(program, liar(requests, end), { mode: 0o755 });
    const { job } = await cloned(
      { 'a.txt': 'one\n' },
      {
        env: { BGTASK_CLAUDE: program, ANTHROPIC_BASE_URL: provider.url, HOME: tempFolder() },
        secrets: { modelKeys: { ANTHROPIC_API_KEY: KEY } },
        spec: {
          agent: { type: 'claude', ...(maxBudgetUSD !== undefined && { maxBudgetUSD }) },
          checks: [{ name: 'ok', run: 'true' }],
        },
      },
    );
    return job;
  }

  it('is reported with the tokens that the model counted, and has no key', async () => {
    const job = await prepare(2, DONE);
    const report = await job.run('work');
    const { inputTokens, outputTokens, costUSD } = report.usage ?? {};
    assert.deepEqual([inputTokens, outputTokens, costUSD], [2_000_000, 40, 6.0006]);
    assert.ok(
      !(await job.show(report, 'env.txt')).includes(KEY),
      'the key is in the environment of the agent',
    );
    assert.equal(provider.asked[0]?.headers['x-api-key'], KEY);
  });

  it('is reported with them when it fails, too', async () => {
    const job = await prepare(1, 'process.exit(1);');
    const error = await job.fails('work');
    assert.deepEqual(
      [error.reason, error.usage?.inputTokens, error.usage?.costUSD],
      ['AgentFailed', 1_000_000, 3.0003],
    );
  });

  it('is ended at its budget', async () => {
    const job = await prepare(1_000_000, DONE, 5);
    const asked = provider.asked.length;
    const error = await job.fails('work');
    assert.equal(error.reason, 'AgentBudget');
    assert.match(error.message, /more than what was left of the task's budget \(\$5\.00\)/);
    assert.equal(provider.asked.length - asked, 2, 'the model was asked after the budget was used up');
  });

  it('is ended at its budget in a pod, too, where the gateway says it after the agent', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY }, { maxBudgetUSD: 5 });
    const gateway = startPodGateway(pod);
    try {
      const job = await prepare(2, DONE, 5);
      const signal = new AbortController().signal;
      Object.assign(job.secrets, await withPodGateway('work', {}, { env: pod.env, signal }));
      const error = await job.fails('work');
      assert.deepEqual([error.reason, error.usage?.inputTokens], ['AgentBudget', 2_000_000]);
    } finally {
      gateway.child.kill('SIGKILL');
    }
  });
});
