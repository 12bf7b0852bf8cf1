import assert from 'node:assert/strict';
import type { Usage } from '../../../src/api/types.ts';
import type { Reason } from '../../../src/domain/reasons.ts';
import type { Agent, AgentRequest } from '../../../src/runner/agents/agent.ts';
import { codex } from '../../../src/runner/agents/codex.ts';
import { gemini } from '../../../src/runner/agents/gemini.ts';
import { opencode } from '../../../src/runner/agents/opencode.ts';
import { fixture, openStage, type Replay, type Stage } from './replay.ts';

interface Case {
  agent: Agent;
  variable: string;
  log: string[];
  usage: Usage;
  session: string;
  /** The arguments with the model `m` and the session of the run before. */
  args: string[];
  key: string;
}

// Recorded from Codex 0.169, Gemini CLI 0.61 and opencode 1.18 with a scripted model; fields that are not read were taken out.
const CASES: Case[] = [
  {
    agent: codex,
    variable: 'BGTASK_CODEX',
    log: [
      'I look first.',
      "$ /bin/bash -lc 'echo hi > out.txt; echo oops >&2; exit 3'",
      '! Exit code 3 oops',
      'Done now.',
    ],
    usage: { turns: 3, inputTokens: 200, outputTokens: 100 },
    session: '01a202a1-5c9b-7960-80bf-d98974227c66 200 100',
    args: [
      'exec',
      'resume',
      '--json',
      '--dangerously-bypass-approvals-and-sandbox',
      '--skip-git-repo-check',
      '--config=analytics.enabled=false',
      '--config=features.plugins=false',
      '--config=features.apps=false',
      '--config=check_for_update_on_startup=false',
      '--model=m',
      '01a202a1-5c9b-7960-80bf-d98974227c66',
      '-',
    ],
    key: 'CODEX_API_KEY',
  },
  {
    agent: gemini,
    variable: 'BGTASK_GEMINI',
    log: [
      'Ripgrep is not available. Falling back to GrepTool.',
      'I look first.',
      '$ run_shell_command echo hi > out.txt; exit 3',
      'Done now.',
    ],
    usage: { turns: 2, inputTokens: 200, outputTokens: 100, model: 'gemini-2.5-pro' },
    session: '575be2e5-d671-4db5-a256-c2bc347ecf5b',
    args: [
      '--output-format=stream-json',
      '--approval-mode=yolo',
      '--skip-trust',
      '--model=m',
      '--resume=575be2e5-d671-4db5-a256-c2bc347ecf5b',
    ],
    key: 'GEMINI_API_KEY',
  },
  {
    agent: opencode,
    variable: 'BGTASK_OPENCODE',
    log: ['I look first.', '$ bash echo hi > out.txt; exit 3', 'Done now.'],
    usage: { turns: 2, inputTokens: 234, outputTokens: 100, costUSD: 0.002124 },
    session: 'ses_dfd6c6f6affeEW50PwaqojqIPO',
    args: ['run', '--format=json', '--auto', '--model=m', '--session=ses_dfd6c6f6affeEW50PwaqojqIPO'],
    key: 'OPENCODE_API_KEY',
  },
];

for (const { agent, variable, log, usage, session, args, key } of CASES) {
  describe(`the agent ${agent.name}`, () => {
    const success = fixture(`${agent.name}/success.jsonl`);
    let stage: Stage;
    beforeEach(async () => {
      stage = await openStage(variable);
    });
    afterEach(() => stage.close());

    it('logs, counts and sums up what its program did', async () => {
      const result = await stage.run(agent, { print: success });
      assert.deepEqual(stage.log, log);
      assert.deepEqual(result, { usage, session, summary: 'Done now.' });
      assert.deepEqual(stage.progress.at(-1), usage);
    });

    it('passes the prompt on standard input, and the model and session as arguments', async () => {
      await stage.run(agent, { print: success }, { spec: { type: agent.name, model: 'm' }, session });
      const seen = await stage.seen();
      assert.equal(seen.input, 'Make the change.\n');
      assert.deepEqual(seen.args, args);
    });

    it('keeps its key out of the arguments and the log', async () => {
      const canary = 'example-canary-not-a-key';
      await stage.run(agent, { print: success, stderr: `using ${canary}\n` }, { env: { [key]: canary } });
      assert.ok(stage.log.includes('using [redacted]'));
      assert.ok(!(await stage.seen()).args.join(' ').includes(canary));
    });

    const refused: Replay = { print: fixture(`${agent.name}/key-refused.jsonl`), exit: 1 };
    const failures: {
      name: string;
      replay: Replay;
      request?: Partial<AgentRequest>;
      reason?: Reason;
      says: RegExp;
    }[] = [
      {
        name: 'key refused',
        replay: refused,
        request: { env: { [key]: 'wrong' } },
        says: new RegExp(`refused the key in ${key}`),
      },
      { name: 'no key', replay: refused, says: new RegExp(`has no key for the model API.*as ${key} or `) },
      {
        name: 'not installed',
        replay: {},
        request: { env: { [variable]: 'no-such' } },
        says: /is not installed.*npm install -g/,
      },
      { name: 'nothing printed', replay: {}, says: /exited with code 0 without a result/ },
      {
        name: 'broken off',
        replay: { print: success.split('\n').slice(0, 3).join('\n') },
        says: /without a result/,
      },
      {
        name: 'crash',
        replay: { stderr: 'Error: oops\n', exit: 3 },
        says: /exited with code 3 without a result\. It last said: Error: oops/,
      },
      {
        name: 'turns used up',
        replay: { print: success },
        request: { spec: { type: agent.name, maxTurns: 1 } },
        reason: 'AgentBudget',
        says: /used its 1 turns.*agent\.maxTurns/,
      },
      {
        name: 'budget used up before',
        replay: { print: success },
        request: { budgetLeftUSD: 0 },
        reason: 'AgentBudget',
        says: /budget is used up.*agent\.maxBudgetUSD/,
      },
    ];
    for (const { name, replay, request, reason = 'AgentFailed', says } of failures) {
      it(`says what happened and what to do: ${name}`, async () => {
        await assert.rejects(stage.run(agent, replay, request), {
          name: 'StageError',
          reason,
          message: says,
        });
      });
    }
  });
}

describe('agents with a stream', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('count only the repair when figures go on from the run before', async () => {
    stage = await openStage('BGTASK_CODEX');
    const print = fixture('codex/success.jsonl');
    const repair = await stage.run(codex, { print }, { session: 'thread 150 70' });
    assert.deepEqual([repair.usage.inputTokens, repair.usage.outputTokens], [50, 30]);
  });

  it('stop a program whose cost passes the budget', async () => {
    stage = await openStage('BGTASK_OPENCODE');
    const print = fixture('opencode/success.jsonl').split('\n').slice(0, 4).join('\n') + '\n';
    await assert.rejects(stage.run(opencode, { print, hang: true }, { budgetLeftUSD: 0.001 }), {
      reason: 'AgentBudget',
    });
  });

  it('say that a budget cannot be kept when the program has no prices', async () => {
    stage = await openStage('BGTASK_GEMINI');
    await stage.run(gemini, { print: fixture('gemini/success.jsonl') }, { budgetLeftUSD: 1 });
    assert.match(stage.log[0] ?? '', /does not report what it costs: agent\.maxBudgetUSD is not enforced/);
  });

  const names: { agent: Agent; variable: string; given: Record<string, string>; read: string }[] = [
    {
      agent: gemini,
      variable: 'BGTASK_GEMINI',
      given: { GOOGLE_API_KEY: 'example' },
      read: 'GEMINI_API_KEY',
    },
    {
      agent: opencode,
      variable: 'BGTASK_OPENCODE',
      given: { GEMINI_API_KEY: 'example' },
      read: 'GOOGLE_GENERATIVE_AI_API_KEY',
    },
  ];
  for (const { agent, variable, given, read } of names)
    it(`give ${agent.name} its key under the name that it reads, ${read}`, async () => {
      stage = await openStage(variable);
      await stage.run(agent, { print: fixture(`${agent.name}/success.jsonl`) }, { env: given });
      assert.equal((await stage.seen()).env[read], 'example');
    });

  it("give Codex OpenAI's own variables under the names it reads", async () => {
    stage = await openStage('BGTASK_CODEX');
    const env = { OPENAI_API_KEY: 'example', OPENAI_BASE_URL: 'https://model.example.com/v1' };
    await stage.run(codex, { print: fixture('codex/success.jsonl') }, { env });
    const seen = await stage.seen();
    assert.equal(seen.env.CODEX_API_KEY, 'example');
    assert.ok(seen.args.includes('--config=openai_base_url="https://model.example.com/v1"'));
  });
});
