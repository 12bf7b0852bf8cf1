import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Usage } from '../../src/api/types.ts';
import type { Reason } from '../../src/domain/reasons.ts';
import type { AgentRequest, AgentResult } from '../../src/runner/agents/agent.ts';
import { claude } from '../../src/runner/agents/claude.ts';
import { type Model, startModel } from '../support/model-standin/model.ts';
import type { Script } from '../support/model-standin/script.ts';
import { installAgent } from './install.ts';
import { NO_ROOM } from '../support/no-room.ts';

const KEY = 'sk-ant-example-0000-canary';

const procFile = (pid: string, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

describe('the real Claude Code with a scripted model', function () {
  this.timeout(120_000);
  let binary: string;
  let folder: string;
  let cwd: string;
  let model: Model | undefined;
  let log: string[];
  let progress: Usage[];

  before(async function () {
    this.timeout(600_000);
    binary = await installAgent(this, 'claude');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bgtask-claude-'));
    cwd = join(folder, 'checkout');
    await mkdir(cwd);
    await mkdir(join(folder, 'home'));
    log = [];
    progress = [];
  });
  afterEach(async () => {
    await model?.close();
    model = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (script: Script): Promise<Model> => {
    await model?.close();
    model = await startModel({ script, key: KEY });
    return model;
  };
  const run = ({ env, ...rest }: Partial<AgentRequest> = {}): Promise<AgentResult> =>
    claude.run({
      prompt: 'Make the change.\n',
      spec: { type: 'claude' },
      cwd,
      room: NO_ROOM,
      signal: new AbortController().signal,
      log: (line) => log.push(line),
      progress: (usage) => progress.push(usage),
      ...rest,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: join(folder, 'home'),
        BGTASK_CLAUDE: binary,
        BGTASK_JOB_COOKIE: `bgtask-test-${folder}`,
        ANTHROPIC_BASE_URL: model?.url ?? '',
        ANTHROPIC_API_KEY: KEY,
        CLAUDE_CODE_MAX_RETRIES: '0',
        ...env,
      },
    });
  /** The command lines of what runs with this test's cookie; Linux only. */
  const ownProcesses = async (): Promise<string> => {
    const lines: string[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if ((await procFile(pid, 'environ')).includes(folder))
        lines.push((await procFile(pid, 'cmdline')).replaceAll('\0', ' '));
    }
    return lines.join('\n');
  };

  it('edits a file, runs a command, and reports what it did and used', async () => {
    await writeFile(join(cwd, 'version.txt'), 'version 1\n');
    const file = join(cwd, 'version.txt');
    await start([
      { text: 'I look first.', tools: [{ name: 'Read', input: { file_path: file } }] },
      {
        tools: [
          { name: 'Edit', input: { file_path: file, old_string: 'version 1', new_string: 'version 2' } },
        ],
        usage: { input: 10, output: 20, cacheRead: 300, cacheWrite: 40 },
      },
      { tools: [{ name: 'Bash', input: { command: 'cat version.txt > seen.txt; exit 3' } }] },
      { text: 'The version is 2 now.' },
    ]);
    const result = await run();
    assert.equal(await readFile(file, 'utf8'), 'version 2\n');
    assert.equal(await readFile(join(cwd, 'seen.txt'), 'utf8'), 'version 2\n');
    assert.equal(result.summary, 'The version is 2 now.');
    assert.match(result.session ?? '', /^[0-9a-f-]{36}$/);
    const { costUSD, model: used, ...counts } = result.usage;
    assert.deepEqual(counts, { turns: 4, inputTokens: 650, outputTokens: 170 });
    assert.ok(costUSD !== undefined && costUSD > 0, 'the cost is missing');
    assert.match(used ?? '', /^claude-/);
    assert.deepEqual(progress.at(-1), result.usage);
    assert.equal(progress[0]?.turns, 1, 'progress came only at the end');
    assert.deepEqual(log, [
      'I look first.',
      `$ Read ${file}`,
      `$ Edit ${file}`,
      '$ Bash cat version.txt > seen.txt; exit 3',
      '! Exit code 3',
      'The version is 2 now.',
    ]);
    assert.equal(model?.left(), 0);
  });

  it('continues its conversation for a repair, and counts only the repair', async () => {
    await start([{ text: 'Changed it.', usage: { output: 5000 } }]);
    const first = await run();
    const { requests } = await start([{ text: 'Repaired it.', usage: { output: 7 } }]);
    const second = await run({ prompt: 'The linter failed.', session: first.session });
    const talk = JSON.stringify(requests.find(({ side }) => !side)?.body.messages);
    assert.match(talk, /Make the change\..*Changed it\..*The linter failed\./);
    assert.deepEqual([second.usage.turns, second.usage.outputTokens], [1, 7]);
    assert.ok((second.usage.costUSD ?? 0) < (first.usage.costUSD ?? 0), 'the earlier cost was counted again');
    assert.equal(second.session, first.session);
  });

  it('asks for the model of the task', async () => {
    const { requests } = await start([{ text: 'Done.' }]);
    await run({ spec: { type: 'claude', model: 'claude-sonnet-4-5' } });
    assert.deepEqual(new Set(requests.map(({ body }) => body.model)), new Set(['claude-sonnet-4-5']));
  });

  const endless: Script = [{ tools: [{ name: 'Bash', input: { command: 'true' } }], repeat: true }];
  const failures: {
    name: string;
    script: Script;
    request?: Partial<AgentRequest>;
    reason: Reason;
    says: RegExp;
  }[] = [
    {
      name: 'the key is wrong',
      script: [],
      request: { env: { ANTHROPIC_API_KEY: 'sk-ant-example-wrong-key' } },
      reason: 'AgentFailed',
      says: /refused the key in ANTHROPIC_API_KEY \(401\)/,
    },
    {
      name: 'there is no key',
      script: [],
      request: { env: { ANTHROPIC_API_KEY: '' } },
      reason: 'AgentFailed',
      says: /has no key for the model API/,
    },
    {
      name: 'its turns are used up',
      script: endless,
      request: { spec: { type: 'claude', maxTurns: 2 } },
      reason: 'AgentBudget',
      says: /used its 2 turns.*agent\.maxTurns/,
    },
    {
      name: 'its budget is used up',
      script: endless,
      request: { budgetLeftUSD: 0.003 },
      reason: 'AgentBudget',
      says: /budget \(\$0\.00\).*agent\.maxBudgetUSD/,
    },
    {
      name: 'the model refuses',
      script: [{ stop: 'refusal', repeat: true }],
      reason: 'AgentFailed',
      says: /The model refused the task/,
    },
    {
      name: 'the API is overloaded',
      script: [{ status: 529, type: 'overloaded_error', message: 'Overloaded', repeat: true }],
      reason: 'ModelUnavailable',
      says: /overloaded or failing \(529\)/,
    },
    {
      name: 'the rate limit stays reached',
      script: [{ status: 429, type: 'rate_limit_error', message: 'Slow down', repeat: true }],
      reason: 'ModelUnavailable',
      says: /rate limit was reached.*\(429\)/,
    },
    {
      name: 'the model does not exist',
      script: [{ status: 404, type: 'not_found_error', message: 'model: no-such', repeat: true }],
      request: { spec: { type: 'claude', model: 'claude-no-such' } },
      reason: 'AgentFailed',
      says: /no model claude-no-such/,
    },
    {
      name: 'the conversation to continue is gone',
      script: [],
      request: { session: '00000000-0000-4000-8000-000000000000' },
      reason: 'AgentFailed',
      says: /No conversation found/,
    },
  ];
  for (const { name, script, request, reason, says } of failures) {
    it(`fails with ${reason} and says so when ${name}`, async () => {
      await start(script);
      await assert.rejects(run(request), { reason, message: says });
      assert.ok(!log.join('\n').includes(KEY), 'the key is in the log');
    });
  }

  it('is gone with all its processes when it is aborted while the model stalls', async () => {
    if (process.platform !== 'linux') return;
    const marker = join(folder, 'left-alone');
    const standin = await start([
      {
        tools: [
          {
            name: 'Bash',
            input: { command: `setsid sh -c 'sleep 300; : ${marker}' >/dev/null 2>&1 & true` },
          },
        ],
      },
      { stall: 'after' },
    ]);
    const control = new AbortController();
    const running = run({ signal: control.signal });
    await standin.asked(2);
    const seen = await ownProcesses();
    assert.match(seen, /claude.*--print/, 'the program is not seen while it runs');
    assert.match(seen, /sleep 300/, 'what the agent left running is not seen');
    assert.ok(!seen.includes(KEY), 'the key is in the arguments');
    assert.ok(!seen.includes('Make the change'), 'the prompt is in the arguments');
    control.abort();
    await assert.rejects(running, { reason: 'AgentFailed', message: /stopped before it ended/ });
    assert.equal(await ownProcesses(), '');
  });
});
