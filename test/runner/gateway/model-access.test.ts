import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { agentEnv } from '../../../src/runner/environment.ts';
import { loadAgent } from '../../../src/runner/agents/table.ts';
import { type ModelAccess, openModelAccess } from '../../../src/runner/gateway/model-access.ts';
import { answerJson, type Provider, startProvider } from './provider.ts';

const KEY = 'sk-example-the-key-that-stays-outside';
const ANSWER = {
  model: 'claude-opus-4-1',
  usage: { input_tokens: 1_000_000, output_tokens: 0 },
};

/** Asks the model as the agent would; the status of the answer. */
const ask = async ({ env }: ModelAccess): Promise<number> => {
  const headers = { 'x-api-key': env['ANTHROPIC_API_KEY'] ?? '' };
  const response = await fetch(`${env['ANTHROPIC_BASE_URL']}/v1/messages`, { method: 'POST', headers });
  await response.text();
  return response.status;
};

describe('the way of an agent to its model', () => {
  let provider: Provider;
  let log: string[];
  let access: ModelAccess | undefined;
  before(async () => (provider = await startProvider(answerJson(ANSWER))));
  after(() => provider.close());
  beforeEach(() => {
    log = [];
    provider.asked.length = 0;
  });
  afterEach(async () => {
    await access?.close();
    access = undefined;
  });

  const open = async (
    type: string,
    variable: string,
    stageEnv: Record<string, string> = {},
    budgetUSD?: number,
  ): Promise<ModelAccess> => {
    const agent = await loadAgent(type);
    const env = agentEnv({ PATH: '/bin' }, agent, stageEnv, { [variable]: KEY });
    access = await openModelAccess({ agent, env, stageEnv, budgetUSD, log: (line) => log.push(line) });
    return access;
  };

  const KINDS: [type: string, variable: string, base: string, own: (url: string) => string, path: string][] =
    [
      ['claude', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', (url) => url, '/v1/messages'],
      ['claude', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_BASE_URL', (url) => url, '/v1/messages'],
      ['claude', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', (url) => url, '/v1/messages'],
      ['codex', 'CODEX_API_KEY', 'OPENAI_BASE_URL', (url) => url, '/responses'],
      ['codex', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', (url) => url, '/responses'],
      [
        'gemini',
        'GEMINI_API_KEY',
        'GOOGLE_GEMINI_BASE_URL',
        (url) => url,
        '/v1beta/models/x:generateContent',
      ],
      [
        'gemini',
        'GOOGLE_API_KEY',
        'GOOGLE_GEMINI_BASE_URL',
        (url) => url,
        '/v1beta/models/x:generateContent',
      ],
      ...(
        [
          ['ANTHROPIC_API_KEY', 'anthropic', '/messages'],
          ['OPENAI_API_KEY', 'openai', '/responses'],
          ['GEMINI_API_KEY', 'google', '/models/x:generateContent'],
          ['OPENROUTER_API_KEY', 'openrouter', '/chat/completions'],
        ] as const
      ).map(([variable, id, path]): (typeof KINDS)[number] => [
        'opencode',
        variable,
        'OPENCODE_CONFIG_CONTENT',
        (url) => JSON.stringify({ theme: 'x', provider: { [id]: { options: { baseURL: url } } } }),
        path,
      ]),
    ];
  for (const [type, variable, base, own, path] of KINDS)
    it(`leads ${type} with ${variable} to the person's own address, with a placeholder for the key`, async () => {
      const { env } = await open(type, variable, { [base]: own(provider.url) });
      assert.ok(!JSON.stringify(env).includes(KEY), 'the agent has the key');
      assert.deepEqual(log, []);
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(env[base] ?? '')?.[0] ?? '';
      assert.equal(env[base], own(url), 'what the person configured besides is lost');
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${env[variable]}` },
        body: '{}',
      });
      assert.equal(response.status, 200);
      assert.equal(provider.asked[0]?.headers.authorization, `Bearer ${KEY}`);
      assert.equal(provider.asked[0]?.url, path);
    });

  const REACH: [type: string, variable: string, env: Record<string, string>, why: RegExp][] = [
    ['claude', 'ANTHROPIC_API_KEY', { CLAUDE_CODE_USE_BEDROCK: '1' }, /CLAUDE_CODE_USE_BEDROCK is set/],
    ['claude', 'ANTHROPIC_API_KEY', { CLAUDE_CODE_USE_VERTEX: '1' }, /CLAUDE_CODE_USE_VERTEX is set/],
    ['gemini', 'GOOGLE_API_KEY', { GOOGLE_GENAI_USE_VERTEXAI: 'true' }, /GOOGLE_GENAI_USE_VERTEXAI is set/],
    ['opencode', 'OPENCODE_API_KEY', {}, /does not know the API of OPENCODE_API_KEY/],
    ['opencode', 'OPENAI_API_KEY', { OPENCODE_CONFIG: '/x.json' }, /OPENCODE_CONFIG names a file/],
  ];
  for (const [type, variable, env, why] of REACH)
    it(`gives ${type} ${variable} itself, and says so: ${why.source}`, async () => {
      const given = await open(type, variable, env);
      assert.equal(given.env[variable], KEY);
      assert.equal(log.length, 1);
      assert.match(
        log[0] ?? '',
        new RegExp(`^key in reach: the agent ${type} gets ${variable} itself, because .*${why.source}`),
      );
    });

  it('says nothing and changes nothing for an agent without a key', async () => {
    const agent = await loadAgent('command');
    access = await openModelAccess({ agent, env: { A: 'b' }, stageEnv: {}, log: assert.fail });
    assert.deepEqual(access.env, { A: 'b' });
    assert.deepEqual(access.usage(), {});
  });

  it('keeps a proxy’s variables from hiding the gateway', async () => {
    const agent = await loadAgent('claude');
    const env = { ANTHROPIC_API_KEY: KEY, https_proxy: 'http://proxy.invalid:1', no_proxy: '.corp' };
    access = await openModelAccess({ agent, env, stageEnv: env, log: assert.fail });
    assert.deepEqual(
      [access.env['NO_PROXY'], access.env['no_proxy']],
      Array(2).fill('.corp,127.0.0.1,localhost'),
    );
  });

  for (const base of ['ftp://model.invalid', 'model.invalid', 'http://'])
    it(`refuses the address ${base}`, () =>
      assert.rejects(open('claude', 'ANTHROPIC_API_KEY', { ANTHROPIC_BASE_URL: base }), {
        reason: 'AgentFailed',
        message: /the environment gives for ANTHROPIC_API_KEY is not an http or https URL/,
      }));

  it('ends the run when the answers cost more than the budget', async () => {
    const { env, ended, usage } = await open(
      'claude',
      'ANTHROPIC_API_KEY',
      { ANTHROPIC_BASE_URL: provider.url },
      14,
    );
    const response = await fetch(`${env['ANTHROPIC_BASE_URL']}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': env['ANTHROPIC_API_KEY'] ?? '' },
    });
    await response.text();
    if (!ended.aborted) await once(ended, 'abort');
    assert.equal((ended.reason as { reason?: string }).reason, 'AgentBudget');
    assert.match(String(ended.reason), /more than what was left of the task's budget \(\$14\.00\)/);
    assert.equal(usage().costUSD, 15);
  });

  describe('of a provider that cannot be reached', () => {
    it('ends the run after three connections, with a sentence that names the host, and not as an overload', async () => {
      const given = await open('claude', 'ANTHROPIC_API_KEY', { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' });
      assert.equal(await ask(given), 502);
      await ask(given);
      assert.ok(!given.ended.aborted);
      await ask(given);
      const { reason, name, message } = given.ended.reason as Error & { reason: string };
      assert.deepEqual([reason, name], ['ModelUnavailable', 'StageError']);
      assert.match(
        message,
        /^The model was never reached: the model API at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED.* Correct the address or the network, then retry the task\.$/,
      );
    });

    it('leaves the run to its agent where the provider answered before', async () => {
      const given = await open('claude', 'ANTHROPIC_API_KEY', { ANTHROPIC_BASE_URL: provider.url });
      assert.equal(await ask(given), 200);
      await provider.close();
      for (let times = 0; times < 4; times++) assert.equal(await ask(given), 502);
      assert.ok(!given.ended.aborted);
    });
  });

  it('is closed for whatever the agent left running', async () => {
    const { env, close } = await open('claude', 'ANTHROPIC_API_KEY');
    const { port } = new URL(env['ANTHROPIC_BASE_URL'] ?? '');
    await close();
    access = undefined;
    const [error] = (await once(connect(Number(port), '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  });
});
