import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCounted } from '../../../src/domain/report.ts';
import { agentEnv } from '../../../src/runner/environment.ts';
import { agentKeys } from '../../../src/runner/agents/model-keys.ts';
import { agents, loadAgent } from '../../../src/runner/agents/table.ts';
import { openModelAccess } from '../../../src/runner/gateway/model-access.ts';
import { ACCESS_FILE, withPodGateway } from '../../../src/runner/gateway/pod-access.ts';
import type { StageSecrets } from '../../../src/runner/stage-context.ts';
import { type GatewayProcess, makePod, type Pod, startPodGateway } from './pod.ts';
import { answerJson, type Provider, startProvider } from './provider.ts';

const KEY = 'sk-ant-api03-example-canary-of-the-pod';
const MILLION = { model: 'claude-opus-4-1', usage: { input_tokens: 1_000_000, output_tokens: 0 } };

const NOTHING: StageSecrets = {};

const ask = (env: Record<string, string>, path = '/v1/messages'): Promise<Response> =>
  fetch(`${env['ANTHROPIC_BASE_URL']}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': env['ANTHROPIC_API_KEY'] ?? '', 'content-type': 'application/json' },
    body: '{}',
  });

describe('the gateway of a pod, a process of its own', function () {
  this.timeout(60_000);
  let provider: Provider;
  const children: ChildProcess[] = [];
  before(async () => (provider = await startProvider(answerJson(MILLION))));
  after(() => provider.close());
  beforeEach(() => void (provider.asked.length = 0));
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function start(pod: Pod): GatewayProcess {
    const gateway = startPodGateway(pod);
    children.push(gateway.child);
    return gateway;
  }

  const signal = new AbortController().signal;
  const held = (pod: Pod) => withPodGateway('work', NOTHING, { env: pod.env, signal });

  /** The agent's way, as the work stage opens it. */
  async function open(pod: Pod, log: string[]) {
    const secrets = await held(pod);
    const agent = await loadAgent('claude');
    const env = agentEnv({}, agent, {}, secrets.modelKeys ?? {});
    return openModelAccess({ agent, env, stageEnv: {}, log: (line) => log.push(line), pod: secrets.gateway });
  }

  it('gives the agent a placeholder, and the provider the key', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: `${KEY}\n` });
    const gateway = start(pod);
    const log: string[] = [];
    const access = await open(pod, log);
    assert.equal((await ask(access.env)).status, 200);
    assert.equal(provider.asked[0]?.headers['x-api-key'], KEY);
    await access.close();
    assert.equal(access.usage().inputTokens, 1_000_000);
    assert.ok(
      !JSON.stringify([access.env, log, readFileSync(join(pod.folder, ACCESS_FILE), 'utf8')]).includes(KEY),
    );
    gateway.child.kill('SIGTERM');
    assert.equal(await gateway.ended, 0);
    const counted = parseCounted(readFileSync(pod.report, 'utf8'));
    assert.deepEqual([counted?.inputTokens, counted?.model], [1_000_000, 'claude-opus-4-1']);
    assert.ok(!gateway.said().includes(KEY), gateway.said());
  });

  it('ends the run when the answers cost more than the budget, and answers nothing more', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY }, { maxBudgetUSD: 0.5 });
    start(pod);
    const access = await open(pod, []);
    await ask(access.env);
    assert.equal((await ask(access.env)).status, 403);
    await access.close();
    assert.equal((access.ended.reason as { reason?: string }).reason, 'AgentBudget');
  });

  it('ends the run when the provider cannot be reached', async () => {
    const away = await startProvider(answerJson({}));
    await away.close();
    const pod = makePod(away, { ANTHROPIC_API_KEY: KEY });
    start(pod);
    const access = await open(pod, []);
    for (let times = 0; times < 3; times++) assert.equal((await ask(access.env)).status, 502);
    await access.close();
    const { reason, message } = access.ended.reason as Error & { reason: string };
    assert.equal(reason, 'ModelUnavailable');
    assert.match(
      message,
      /^The model was never reached: the model API at 127\.0\.0\.1:\d+ cannot be reached/,
    );
  });

  it('hands its refusals to the log of the task', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY });
    start(pod);
    const log: string[] = [];
    const access = await open(pod, log);
    assert.equal((await ask(access.env, '/v1/files')).status, 403);
    await access.close();
    assert.match(log.join('\n'), /refused POST \/v1\/files \(403\)/);
  });

  it('tells each run of the agent its own usage and its own refusals', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY });
    start(pod);
    const log: string[] = [];
    const first = await open(pod, log);
    await ask(first.env);
    await ask(first.env, '/v1/files');
    await first.close();
    const second = await open(pod, log);
    await ask(second.env);
    await second.close();
    assert.deepEqual([first.usage().inputTokens, second.usage().inputTokens], [1_000_000, 1_000_000]);
    assert.equal(log.filter((line) => line.includes('/v1/files')).length, 1);
  });

  it('is missed: a run does not begin without it, and says that its usage may be higher', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY });
    const gateway = start(pod);
    const log: string[] = [];
    const access = await open(pod, log);
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    await access.close();
    assert.match(
      log.join('\n'),
      /does not answer: usage may be higher than reported\. See its log: kubectl logs \S+ -c gateway/,
    );
    await assert.rejects(open(pod, log), { reason: 'AgentFailed' });
  });

  it('says nothing of itself without the placeholder', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY });
    start(pod);
    const access = await open(pod, []);
    const answer = await fetch(`${access.env['ANTHROPIC_BASE_URL']}/.bgtask/state`);
    assert.equal(answer.status, 401);
    await access.close();
  });

  it('leaves the agent without a key where the Secret has none', async () => {
    const pod = makePod(provider, {});
    const gateway = start(pod);
    assert.deepEqual(await held(pod), {});
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    assert.match(gateway.said(), /No key of the agent found in the Secret/);
  });

  it('does not serve a second time in a pod: what was spent is not known', async () => {
    const pod = makePod(provider, { ANTHROPIC_API_KEY: KEY }, { maxBudgetUSD: 5 });
    const first = start(pod);
    await held(pod);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start(pod);
    assert.equal(await second.ended, 1);
    assert.match(second.said(), /it ran before in this pod/);
  });

  it('fails the work stage at once when the task is stopped while it waits', async () => {
    const pod = makePod(provider, {});
    await assert.rejects(withPodGateway('work', {}, { env: pod.env, signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });
});

describe('the keys that the gateway of a pod holds', () => {
  for (const type of Object.keys(agents))
    it(`are those whose API the agent ${type} reaches through a gateway`, async () => {
      const { keys, gateway } = await loadAgent(type);
      const { gateway: inside, agent } = (await agentKeys())(type, {});
      assert.deepEqual(
        inside,
        keys.filter((key) => gateway?.apis[key]),
      );
      assert.deepEqual(
        agent,
        keys.filter((key) => !gateway?.apis[key]),
      );
    });

  const PAST: [type: string, variable: string][] = [
    ['claude', 'CLAUDE_CODE_USE_BEDROCK'],
    ['claude', 'CLAUDE_CODE_USE_VERTEX'],
    ['gemini', 'GOOGLE_GENAI_USE_VERTEXAI'],
    ['opencode', 'OPENCODE_CONFIG'],
  ];
  for (const [type, variable] of PAST)
    it(`stay with the agent where ${variable} leads ${type} past it`, async () => {
      const { gateway } = await loadAgent(type);
      assert.notEqual(gateway?.bypass?.({ [variable]: 'true' }), undefined);
      assert.deepEqual((await agentKeys())(type, { [variable]: 'true' }).gateway, []);
    });

  it('does not stay with gemini for another word than the one that its program knows', async () => {
    const { gateway } = await loadAgent('gemini');
    assert.equal(gateway?.bypass?.({ GOOGLE_GENAI_USE_VERTEXAI: '1' }), undefined);
  });
});
