import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Reason } from '../../../src/domain/reasons.ts';
import { ModelUnavailableError, StageError } from '../../../src/domain/reasons.ts';
import type { AgentRequest } from '../../../src/runner/agents/agent.ts';
import { createClaude } from '../../../src/runner/agents/claude.ts';
import { fixture, openStage, type Replay, type Stage } from './replay.ts';

const KEY = 'example-canary-not-a-key';
const env = { ANTHROPIC_API_KEY: KEY };
const notExecutable = fileURLToPath(new URL('fixtures/claude/success.jsonl', import.meta.url));
const success = fixture('claude/success.jsonl');
const failed = (name: string): Replay => ({ print: fixture(`claude/${name}.jsonl`), exit: 1 });

const limit = (info: object): string =>
  `${JSON.stringify({ type: 'rate_limit_event', rate_limit_info: info })}\n`;

describe('the agent claude', () => {
  const claude = createClaude({ exitGrace: 0.2 });
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage('BGTASK_CLAUDE');
  });
  afterEach(() => stage.close());

  it('returns the summary, the session and the usage of a run that ended well', async () => {
    const result = await stage.run(claude, { print: success });
    assert.equal(result.summary, 'The version is 2 now.\n\nNothing else changed.');
    assert.equal(result.session, '11111111-2222-4333-8444-555555555555');
    assert.equal(result.usage.turns, 4);
    assert.deepEqual(
      stage.progress.map(({ turns }) => turns),
      [1, 1, 2, 3, 4, 4],
    );
  });

  it('gives the prompt on standard input and nothing secret in the arguments', async () => {
    await stage.run(claude, { print: success }, { env, prompt: 'A prompt\nof two lines' });
    const { args, input } = await stage.seen();
    assert.equal(input, 'A prompt\nof two lines');
    assert.deepEqual(args, [
      '--print',
      '--output-format=stream-json',
      '--verbose',
      '--dangerously-skip-permissions',
    ]);
  });

  it('passes model, turns, budget and session on, and none of them can become another option', async () => {
    const spec = { type: 'claude', model: '--settings={}', maxTurns: 7, maxBudgetUSD: 3 };
    await stage.run(claude, { print: success }, { spec, budgetLeftUSD: 1.25, session: 'abc' });
    const { args } = await stage.seen();
    assert.deepEqual(args.slice(4), [
      '--model=--settings={}',
      '--max-turns=7',
      '--max-budget-usd=1.25',
      '--resume=abc',
    ]);
  });

  it('adds its switches to the environment it was given and nothing else', async () => {
    await stage.run(claude, { print: success }, { env });
    const seen = (await stage.seen()).env;
    assert.equal(seen.ANTHROPIC_API_KEY, KEY);
    assert.equal(seen.DISABLE_AUTOUPDATER, '1');
    assert.equal(seen.IS_SANDBOX, process.getuid?.() === 0 ? '1' : undefined);
    assert.equal(seen.HOME, undefined, "the runner's own environment leaked");
  });

  it('takes the result of a program that hangs after it', async () => {
    const result = await stage.run(claude, { print: success, hang: true });
    assert.match(result.summary ?? '', /The version is 2 now/);
  });

  it('takes the result of a program that exits with an error after it', async () => {
    await assert.doesNotReject(stage.run(claude, { print: success, exit: 1 }));
  });

  it('logs lines that are not JSON as they are, and standard error', async () => {
    await stage.run(claude, { print: `Warning: {half\n${success}`, stderr: 'a note\n' });
    assert.equal(stage.log[0], 'Warning: {half');
    assert.ok(stage.log.includes('a note'));
  });

  it('keeps the key out of the log, the summary and the error', async () => {
    const leak = (isError: boolean): string => {
      const text = `the key is ${KEY}`;
      const answer = { type: 'assistant', message: { content: [{ type: 'text', text }] } };
      return `${JSON.stringify(answer)}\n${JSON.stringify({ type: 'result', subtype: 'success', is_error: isError, result: text })}\n`;
    };
    const result = await stage.run(claude, { print: leak(false), stderr: `${KEY}\n` }, { env });
    const error: unknown = await stage
      .run(claude, { print: leak(true) }, { env })
      .catch((thrown: unknown) => thrown);
    assert.match(String(error), /the key is \[redacted\]/);
    assert.ok(
      ![...stage.log, result.summary, String(error)].join('\n').includes(KEY),
      'the key came through',
    );
  });

  it("rejects with the caller's reason when it is aborted", async () => {
    const control = new AbortController();
    const reason = new StageError('DeadlineExceeded', 'Task exceeded 1 hour deadline');
    const running = stage.run(
      claude,
      { print: success.split('\n').slice(0, 2).join('\n') + '\n', hang: true },
      { signal: control.signal, progress: () => control.abort(reason) },
    );
    await assert.rejects(running, { reason: 'DeadlineExceeded', message: 'Task exceeded 1 hour deadline' });
  });

  it('starts nothing when the budget is used up already', async () => {
    await assert.rejects(stage.run(claude, { print: success }, { budgetLeftUSD: 0 }), {
      reason: 'AgentBudget',
      message: /budget is used up\. Raise agent\.maxBudgetUSD/,
    });
    await assert.rejects(stage.seen());
  });

  const limited = `${JSON.stringify({ type: 'result', subtype: 'success', is_error: true, api_error_status: 429, result: 'limit · resets 3pm (UTC)' })}\n`;
  for (const [what, events, until] of [
    [
      'by the event of the stream',
      limit({ status: 'rejected', resetsAt: 1_790_000_000 }),
      /^2026-09-21T14:13:20/,
    ],
    ['by its sentence', limit({ status: 'allowed', resetsAt: 1_790_000_000 }), /T15:00:00/],
    [
      'by its sentence, whatever an odd event says',
      limit({ status: 'rejected', resetsAt: 'soon' }),
      /T15:00:00/,
    ],
  ] as const)
    it(`knows when a limit ends ${what}`, async () => {
      const error: unknown = await stage
        .run(claude, { print: events + limited })
        .catch((thrown: unknown) => thrown);
      assert.ok(error instanceof ModelUnavailableError, String(error));
      assert.match(error.until?.toISOString() ?? '', until);
    });

  it('takes a success for one although the program meets an error of its own afterwards', async () => {
    const error =
      '{"type":"result","subtype":"error_during_execution","is_error":true,"num_turns":0,"errors":["x"]}\n';
    const { summary } = await stage.run(claude, { print: success + error, exit: 1 });
    assert.match(summary ?? '', /The version is 2 now/);
  });

  it('ends a program that prints nothing for too long', async () => {
    const print = success.split('\n').slice(0, 2).join('\n') + '\n';
    await assert.rejects(stage.run(claude, { print, hang: true }, { silence: 0.3 }), {
      reason: 'AgentSilent',
      message:
        /^Claude Code printed nothing for 0\.3 s, so it was ended\. A setting \(agents\.silence\) allows more\.$/,
    });
  });

  const failures: {
    name: string;
    replay: Replay;
    request?: Partial<AgentRequest>;
    reason?: Reason;
    says: RegExp;
  }[] = [
    {
      name: 'binary missing',
      replay: {},
      request: { env: { BGTASK_CLAUDE: 'no-such-claude' } },
      says: /^Claude Code is not installed.*BGTASK_CLAUDE names no-such-claude.*npm install -g @anthropic-ai\/claude-code/,
    },
    {
      name: 'binary not on the PATH',
      replay: {},
      request: { env: { BGTASK_CLAUDE: '', PATH: '/no/such/folder' } },
      says: /no program claude on the PATH\. Install it there, on a cluster in the image/,
    },
    {
      name: 'binary not executable',
      replay: {},
      request: { env: { BGTASK_CLAUDE: notExecutable } },
      says: /^Claude Code could not be started\. .*success\.jsonl may not be run/,
    },
    {
      name: 'no key',
      replay: failed('no-key'),
      says: /has no key.*ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN/,
    },
    {
      name: 'key refused',
      replay: failed('key-refused'),
      request: { env },
      says: /refused the key in ANTHROPIC_API_KEY \(401\): Invalid API key.*not revoked/,
    },
    {
      name: 'key not allowed',
      replay: failed('forbidden'),
      says: /does not let the key do this \(403\).*no access to the model/,
    },
    {
      name: 'no credit',
      replay: failed('no-credit'),
      says: /cannot pay for the model: Credit balance is too low/,
    },
    { name: 'unknown model', replay: failed('no-model'), says: /has no model claude-opus-5-5.*agent\.model/ },
    {
      name: 'rate limit',
      replay: failed('rate-limit'),
      reason: 'ModelUnavailable',
      says: /rate limit was reached.*\(429\).*Retry the task later/,
    },
    {
      name: 'overloaded',
      replay: failed('overloaded'),
      reason: 'ModelUnavailable',
      says: /overloaded or failing \(529\).*Retry the task later/,
    },
    {
      name: 'server error',
      replay: failed('server-error'),
      reason: 'ModelUnavailable',
      says: /overloaded or failing \(500\)/,
    },
    { name: 'refusal', replay: failed('refusal'), says: /The model refused the task: .*safeguards.*Reword/ },
    {
      name: 'refusal as a success',
      replay: {
        print:
          '{"type":"result","subtype":"success","is_error":false,"result":"No.","stop_reason":"refusal"}\n',
      },
      says: /The model refused the task: No\./,
    },
    {
      name: 'turns used up',
      replay: failed('max-turns'),
      request: { spec: { type: 'claude', maxTurns: 1 } },
      reason: 'AgentBudget',
      says: /used its 1 turns without finishing.*agent\.maxTurns/,
    },
    {
      name: 'turns used up, without an error text',
      replay: { print: '{"type":"result","subtype":"error_max_turns","is_error":false,"errors":[]}\n' },
      reason: 'AgentBudget',
      says: /used its allowed turns/,
    },
    {
      name: 'budget used up',
      replay: failed('max-budget'),
      request: { budgetLeftUSD: 0.5 },
      reason: 'AgentBudget',
      says: /what was left of the task's budget \(\$0\.50\).*agent\.maxBudgetUSD/,
    },
    {
      name: 'budget passed by a program that does not count',
      replay: { print: success },
      request: { budgetLeftUSD: 0.004 },
      reason: 'AgentBudget',
      says: /budget/,
    },
    {
      name: 'an error under subtype success',
      replay: { print: '{"type":"result","subtype":"success","is_error":true,"result":"Something broke"}\n' },
      says: /^Claude Code ended with an error: Something broke\. The log/,
    },
    {
      name: 'bad request',
      replay: failed('bad-request'),
      says: /ended with an error: .*max_tokens: too large/,
    },
    {
      name: 'conversation gone',
      replay: failed('no-conversation'),
      says: /ended with an error \(error_during_execution\): No conversation found/,
    },
    {
      name: 'nothing printed, exit 0',
      replay: {},
      says: /^Claude Code exited with code 0 without a result\. The log/,
    },
    {
      name: 'interrupted, exit 0',
      replay: { print: success.split('\n').slice(0, 3).join('\n') },
      says: /exited with code 0 without a result/,
    },
    {
      name: 'crash',
      replay: { stderr: "TypeError: x is not a function\nerror: unknown option '--print'\n", exit: 2 },
      says: /exited with code 2 without a result\. It last said: error: unknown option '--print' The log/,
    },
    { name: 'killed', replay: { kill: 'SIGKILL' }, says: /was killed \(SIGKILL\).*too little memory/ },
    { name: 'ended by a signal', replay: { kill: 'SIGSEGV' }, says: /was ended by SIGSEGV without a result/ },
  ];
  for (const { name, replay, request, reason = 'AgentFailed', says } of failures) {
    it(`says what happened and what to do: ${name}`, async () => {
      await assert.rejects(stage.run(claude, replay, request), { reason, message: says });
    });
  }
});
