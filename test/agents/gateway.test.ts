import assert from 'node:assert/strict';
import { type Model, startModel } from '../support/model-standin/model.ts';
import type { Script } from '../support/model-standin/script.ts';
import type { Job } from '../support/stage/job.ts';
import { cloned } from '../support/stage/prepared.ts';
import { installAgent } from './install.ts';
import { filesBelow, SPY } from './real-agent.ts';

const KEY = 'sk-ant-api03-example-0003-canary-of-the-model';
const script = (usage: { input: number; output: number }): Script => [
  { text: 'I look around.', tools: [{ name: 'Bash', input: { command: SPY } }], usage },
  { text: 'That was all.' },
];

describe('the real Claude Code behind the model gateway', function () {
  this.timeout(120_000);
  let binary: string;
  let model: Model | undefined;
  before(async function () {
    this.timeout(600_000);
    binary = await installAgent(this, 'claude');
  });
  afterEach(async () => {
    await model?.close();
    model = undefined;
  });

  async function prepare(variable: string, turns: Script, spec: object = {}): Promise<Job> {
    model = await startModel({ script: turns, key: KEY });
    const { job } = await cloned(
      { 'a.txt': 'one\n' },
      {
        env: { BGTASK_CLAUDE: binary, ANTHROPIC_BASE_URL: model.url, CLAUDE_CODE_MAX_RETRIES: '0' },
        secrets: { modelKeys: { [variable]: KEY } },
        spec: { agent: { type: 'claude', ...spec }, checks: [{ name: 'ok', run: 'true' }] },
      },
    );
    return job;
  }

  for (const variable of ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'])
    it(`works with ${variable}, which the model gets and the agent never sees`, async () => {
      const job = await prepare(variable, script({ input: 100, output: 50 }));
      const report = await job.run('work');
      assert.equal(report.changed, true);
      const spied = await job.show(report, 'spied.txt');
      assert.match(spied, new RegExp(`^${variable}=sk-ant-api03-[0-9a-f]{64}$`, 'm'));
      assert.match(spied, /claude.*--print/, 'the agent did not see itself');
      assert.ok(!spied.includes(KEY), 'the key is in an environment or an argument');
      const asked = model?.requests.filter(({ method }) => method === 'POST') ?? [];
      assert.ok(asked.length >= 2);
      assert.deepEqual(new Set(asked.map(({ key }) => key)), new Set([KEY]));
      for (const [path, text] of filesBelow(job.dir)) assert.ok(!text.includes(KEY), path);
      assert.ok(!job.log.includes('key in reach'), job.log);
      assert.ok(!job.log.includes('model gateway'), job.log);
      assert.ok((report.usage?.inputTokens ?? 0) >= 200, JSON.stringify(report.usage));
    });

  it('ends when the answers cost more than the budget, and its usage is reported', async () => {
    const turn = { input: 3_000_000, output: 10 };
    const job = await prepare('ANTHROPIC_API_KEY', script(turn), {
      model: 'claude-sonnet-4-5',
      maxBudgetUSD: 5,
    });
    const error = await job.fails('work');
    assert.equal(error.reason, 'AgentBudget', error.message);
    assert.ok((error.usage?.costUSD ?? 0) >= 9, JSON.stringify(error.usage));
    assert.ok((error.usage?.inputTokens ?? 0) >= 3_000_000, JSON.stringify(error.usage));
  });

  it('says that the model refused the key, as it does without the gateway', async () => {
    const job = await prepare('ANTHROPIC_API_KEY', []);
    Object.assign(job.secrets.modelKeys ?? {}, { ANTHROPIC_API_KEY: 'sk-ant-example-wrong-key-0003' });
    const error = await job.fails('work');
    assert.match(error.message, /refused the key in ANTHROPIC_API_KEY \(401\)/);
    assert.equal(model?.requests.at(-1)?.key, 'sk-ant-example-wrong-key-0003');
  });

  it('has the key in reach with the switch of a cloud, and the log says so', async () => {
    const job = await prepare('ANTHROPIC_API_KEY', []);
    job.env['CLAUDE_CODE_USE_BEDROCK'] = '1';
    await job.fails('work');
    assert.match(
      job.log,
      /^key in reach: the agent claude gets ANTHROPIC_API_KEY itself, because CLAUDE_CODE_USE_BEDROCK/m,
    );
  });
});
