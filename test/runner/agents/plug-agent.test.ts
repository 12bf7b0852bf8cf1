import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withKnownAgents } from '../../../src/build/known-agents.ts';
import { agentsPage } from '../../../src/build/reference/agents.ts';
import type { SessionSpec } from '../../../src/api/types.ts';
import { StageError } from '../../../src/domain/reasons.ts';
import { buildJob } from '../../../src/engine/kubernetes/jobs/job.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { secretsFor } from '../../../src/operator/supervisor.ts';
import { agentKeys } from '../../../src/runner/agents/model-keys.ts';
import { streamAgent } from '../../../src/runner/agents/stream-agent.ts';
import type { StreamEvent } from '../../../src/runner/agents/stream-run.ts';
import { agentChoices, agents, plugAgent } from '../../../src/runner/agents/table.ts';
import { OPENAI } from '../../../src/runner/gateway/apis.ts';
import { apiBehind } from '../../../src/runner/gateway/model-api.ts';
import { missingSecret } from '../../../src/runner/missing-secret.ts';
import { readPageFiles } from '../../../src/server/pages/page-files.ts';
import { agentsOf } from '../../../src/server/web/state/agents.ts';
import { examineAgents } from '../../../src/service/doctor/machine/credentials.ts';
import { openWorld } from '../../cli/world.ts';
import { sampleInput, sampleSession } from '../../engine/kubernetes/jobs/samples.ts';
import { cloned, type Prepared } from '../../support/stage/prepared.ts';
import { tempFolder } from '../../support/stage/remote.ts';
import { answerJson, type Provider, startProvider } from '../gateway/provider.ts';

const KEY = 'quux-example-0006-canary-of-the-model';

const MADE_UP = streamAgent({
  name: 'quux',
  title: 'Quux',
  label: 'Quux Code',
  binary: 'quux-code',
  variable: 'BGTASK_QUUX',
  install: 'npm install -g quux-code',
  keys: ['QUUX_API_KEY', 'QUUX_LOGIN'],
  variables: ['BGTASK_QUUX', 'QUUX_BASE_URL', 'QUUX_CLOUD'],
  folders: ['.quux'],
  instructions: /(^|\/)(quux\.md$|\.quux\/)/,
  gateway: {
    apis: { QUUX_API_KEY: apiBehind(OPENAI, 'https://api.quux.example/v1', 'QUUX_BASE_URL') },
    bypass: (env) => (env['QUUX_CLOUD'] ? 'QUUX_CLOUD is set' : undefined),
  },
  priced: false,
  args: ({ spec }) => ['do', ...(spec.model === undefined ? [] : [`--model=${spec.model}`])],
  read: (json) => json as StreamEvent[],
});

/** Asks its model once, changes two files, one of which instructs it, and says what it did. */
const PROGRAM = String.raw`#!/usr/bin/env node
const { writeFileSync } = require('node:fs');
const say = (...events) => console.log(JSON.stringify(events));
(async () => {
  const { QUUX_BASE_URL, QUUX_API_KEY } = process.env;
  const headers = { authorization: 'Bearer ' + QUUX_API_KEY };
  await (await fetch(QUUX_BASE_URL + '/responses', { method: 'POST', headers, body: '{}' })).text();
  writeFileSync('a.txt', process.argv.slice(2).join(' ') + '\n');
  writeFileSync('QUUX.md', 'Be kind.\n');
  say({ kind: 'session', id: 'one' }, { kind: 'turn' }, { kind: 'text', text: 'Quuxed, with ' + QUUX_API_KEY });
  say({ kind: 'ended' });
})();
`;

const SPEC: Partial<SessionSpec> = {
  agent: { type: 'quux', model: 'q-1' },
  checks: [{ name: 'ok', run: 'true' }],
};

/** What the doctor says of it. */
async function about(env: NodeJS.ProcessEnv): Promise<string> {
  const found = (await examineAgents(env)).find(({ subject }) => subject === 'agent quux');
  return [found?.message, found?.fix].join(' ');
}

describe('an agent that is a record of the table and nothing else', () => {
  let unplug: () => void;
  let provider: Provider;
  let program: string;
  before(async () => {
    unplug = plugAgent(MADE_UP);
    const usage = { input_tokens: 30, output_tokens: 4 };
    provider = await startProvider(answerJson({ model: 'q-1', usage }));
    program = join(tempFolder(), 'quux-code');
    writeFileSync(program, PROGRAM, { mode: 0o755 });
  });
  after(async () => {
    unplug();
    await provider.close();
  });

  const prepared = (): Promise<Prepared> =>
    cloned(
      { 'a.txt': 'one\n' },
      {
        env: { BGTASK_QUUX: program, QUUX_BASE_URL: provider.url, HOME: tempFolder() },
        secrets: { modelKeys: { QUUX_API_KEY: KEY } },
        spec: SPEC,
      },
    );

  it('runs in the work stage, through the gateway, and its change is published with what is to be read first', async () => {
    const { job } = await prepared();
    const report = await job.run('work');
    assert.equal(await job.show(report, 'a.txt'), 'do --model=q-1');
    assert.equal(provider.asked[0]?.headers['authorization'], `Bearer ${KEY}`);
    assert.deepEqual([report.usage?.inputTokens, report.usage?.outputTokens], [30, 4]);
    assert.match(report.summary ?? '', /^Quuxed/);
    assert.ok(!JSON.stringify(report).includes(KEY) && !job.log.includes(KEY));
    const { repo } = await job.run('publish');
    const text = readFileSync(new URL(repo?.prUrl ?? ''), 'utf8');
    assert.match(text, /quux/);
    assert.match(text, /Instructs the agents that work on this repository.*QUUX\.md/);
  });

  it('gets its own key from the person and from a Secret, and of a Secret that lacks it the name is told', async () => {
    const session = sampleSession('chore', SPEC);
    const env = { QUUX_LOGIN: 'x', ANTHROPIC_API_KEY: 'y' };
    assert.deepEqual(await secretsFor('work', session, env), { modelKeys: { QUUX_LOGIN: 'x' } });
    const error = new StageError('AgentFailed', 'The key of Quux is missing.');
    const input = sampleInput(session);
    assert.match(
      (await missingSecret({ input, secrets: {}, env: { BGTASK_SECRET: 'bgtask-model' }, error })) ?? '',
      /--from-literal=QUUX_API_KEY=/,
    );
  });

  it('has its keys mounted by its Jobs: in the gateway those that go through it', async () => {
    const session = sampleSession('chore', SPEC);
    const keysOf = await agentKeys();
    const config = { ...defaultJobConfig('registry.example.com/runner:1'), hasSidecars: true };
    const job = JSON.stringify(buildJob(session, sampleInput(session), config, keysOf));
    assert.match(job, /"gateway-keys".*QUUX_API_KEY/);
    assert.deepEqual(keysOf('quux', {}), { gateway: ['QUUX_API_KEY'], agent: ['QUUX_LOGIN'] });
    assert.deepEqual(keysOf('quux', { QUUX_CLOUD: '1' }).gateway, []);
    assert.deepEqual(keysOf('quux'), { gateway: [], agent: ['QUUX_API_KEY', 'QUUX_LOGIN'] });
  });

  it('is looked for by the doctor', async () => {
    const path = { PATH: process.env['PATH'] };
    assert.match(await about({ ...path, QUUX_API_KEY: 'x' }), /quux-code is not installed.*-g quux-code/);
    const there = { ...path, BGTASK_QUUX: program };
    assert.match(await about(there), /none of QUUX_API_KEY, QUUX_LOGIN is set\. Set QUUX_API_KEY/);
    assert.match(await about({ ...there, QUUX_LOGIN: 'x' }), /quux-code, with the key in QUUX_LOGIN/);
  });

  it('is offered by the command line, its help and its completion', async () => {
    // A world loads modules of its own where tests are loaded by require: the table is one anyway.
    const world = await openWorld();
    const { plugAgent: plugThere, agents: there } = await import('../../../src/runner/agents/table.ts');
    const undo = there === agents ? () => undefined : plugThere(MADE_UP);
    try {
      const { out } = await world.run(['create', '--help']);
      assert.match(out, /"opencode", "quux"\)/);
      const completed = await world.run(['__complete', 'create', 'x', '--agent', 'q']);
      assert.equal(completed.out, 'quux\n:4\n');
      const url = 'https://github.com/example-org/app';
      const made = await world.run(['create', 'x', '--repo', url, '-m', 'Do', '--agent', 'quux']);
      assert.equal(made.code, 0, made.err);
      const [task] = await world.tasks();
      assert.equal(task?.spec.agent?.type, 'quux');
    } finally {
      undo();
      world.close();
    }
  });

  it('is offered by the form of the pages, before the command', async () => {
    const choices = await agentChoices();
    assert.deepEqual(choices.map(({ name }) => name).slice(-2), ['quux', 'command']);
    const { page } = readPageFiles({ choices, usual: 'claude' });
    const [, attribute = ''] =
      /<meta name="agents" content="([^"]*)"/.exec(Buffer.from(page.body).toString()) ?? [];
    const content = attribute.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const seen = agentsOf(content);
    assert.deepEqual(seen, { choices, usual: 'claude' });
    assert.deepEqual(seen.choices.at(-2), { name: 'quux', label: 'Quux Code' });
  });

  it('stands in the CRD and in the reference', async () => {
    const crd = readFileSync(new URL('../../../crds/agenticsessions-crd.yaml', import.meta.url), 'utf8');
    assert.match(withKnownAgents(crd), /One of claude, codex, gemini, opencode, quux or command\./);
    assert.match(await agentsPage(), /\n\| `quux` \| Quux Code \| `npm install -g quux-code` \|/);
  });

  it('cannot take a name that is taken', () =>
    assert.throws(() => plugAgent(MADE_UP), /quux is already there/));
});
