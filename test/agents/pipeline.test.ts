import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { SAMPLE } from '../scenarios/sample-app.ts';
import { type Machine, machine } from '../support/command-line.ts';
import { type Model, startModel } from '../support/model-standin/model.ts';
import type { Script } from '../support/model-standin/script.ts';
import { installAgent } from './install.ts';

const KEY = 'sk-ant-example-0001-canary-of-the-model';

/** Edits a file and breaks the linter's rule; runs a tool; when the failing check comes back, fixes it. */
const REPAIR: Script = [
  { text: 'I look at the file first.', tools: [{ name: 'Read', input: { file_path: 'src/encode.js' } }] },
  {
    text: 'I add a greeting.',
    tools: [
      {
        name: 'Write',
        input: {
          file_path: 'src/greet.js',
          content: "export const greet = () => {\n  debugger;\n  return 'hello';\n};\n",
        },
      },
    ],
  },
  {
    text: 'Let me see what is there.',
    tools: [
      { name: 'Bash', input: { command: 'ls src && env | sort > ../agent-env.txt', description: 'List' } },
    ],
  },
  { text: 'The greeting is there.' },
  ({ body }) => {
    const asked = JSON.stringify(body.messages.at(-1));
    assert.match(
      asked,
      /no-debugger: unexpected debugger statement/,
      'the failing check comes back with its output',
    );
    return {
      text: 'I fix it.',
      tools: [
        {
          name: 'Write',
          input: { file_path: 'src/greet.js', content: "export const greet = () => 'hello';\n" },
        },
      ],
    };
  },
  { text: 'The debugger statement is gone.' },
];

/** Pids whose environment holds a text. */
const holders = (text: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

describe('the whole pipeline with the real Claude Code and a scripted model', function () {
  this.timeout(180_000);
  let model: Model;
  let here: Machine;
  let app: string;
  const seen = new Map<string, string>();
  let watcher: NodeJS.Timeout;
  before(async function () {
    this.timeout(600_000);
    const binary = await installAgent(this, 'claude');
    model = await startModel({ script: REPAIR, key: KEY });
    here = await machine({ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: model.url, BGTASK_CLAUDE: binary });
    app = await here.repository('app', SAMPLE);
    watcher = setInterval(() => {
      for (const pid of holders(KEY)) if (!seen.has(pid)) seen.set(pid, commandOf(pid));
    }, 15);
    const { code, stderr } = await here.bgtask(
      'create',
      'add-greeting',
      '--repo',
      app,
      '-m',
      'Add a greeting.',
      '--watch',
    );
    clearInterval(watcher);
    assert.equal(code, 0, stderr);
    await here.settled();
  });
  after(async () => {
    clearInterval(watcher);
    await model?.close();
    await here?.close();
  });

  it('the agent edited files, ran a tool, got the failing check back and repaired it', async () => {
    const log = await here.ok('logs', 'add-greeting');
    for (const words of [
      'I add a greeting.',
      'Linting failed: npm run lint exited with code 1',
      'their output goes back to the agent',
      'I fix it.',
      'All checks passed',
    ])
      assert.ok(log.includes(words), `${words}\n${log}`);
    assert.equal(
      await here.git(app, 'show', 'background-task-add-greeting:src/greet.js'),
      "export const greet = () => 'hello';",
    );
    assert.equal(model.left(), 0);
  });

  it('the pull request says what was checked and what it cost', async () => {
    const { status } = await here.task('add-greeting');
    const text = readFileSync(fileURLToPath(status?.repos?.[0]?.prUrl ?? ''), 'utf8');
    assert.match(text, /✅ Linting passed · ✅ Tests passed/);
    assert.match(text, /\| Usage \| \d+ turns, \d+ input and \d+ output tokens, \$\d/);
    assert.ok((status?.usage?.turns ?? 0) >= 6, JSON.stringify(status?.usage));
    assert.ok((status?.usage?.costUSD ?? 0) > 0);
    assert.ok(status?.usage?.model);
  });

  it('the agent had a placeholder, and the model key was in the environment of no process but the command that was called', () => {
    const commands = [...seen.values()].filter(Boolean);
    assert.deepEqual(
      commands.filter((command) => !/(?:main\.js|bin\/bgtask) create/.test(command)),
      [],
    );
    const asked = model.requests.filter(({ method }) => method === 'POST');
    assert.deepEqual(new Set(asked.map(({ key }) => key)), new Set([KEY]));
  });

  it('the model key is in no file of the state folder', () => {
    for (const entry of readdirSync(here.state, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
      assert.ok(!text.includes(KEY), path);
    }
    assert.ok(dirname(here.state));
  });

  for (const [name, env, sentence] of [
    ['missing-key', { ANTHROPIC_API_KEY: '' }, /ANTHROPIC_API_KEY/],
    ['wrong-key', { ANTHROPIC_API_KEY: 'sk-ant-example-wrong-key-0000' }, /refused|401/],
    ['missing-binary', { BGTASK_CLAUDE: '/nowhere/claude' }, /claude/],
  ] as const) {
    it(`${name}: the task fails with AgentFailed and a sentence that says what to do`, async () => {
      const there = await machine({ ...here.env, ...env, HOME: here.folder });
      try {
        const { code } = await there.bgtask(
          'create',
          name,
          '--repo',
          app,
          '-m',
          'Add a greeting.',
          '--watch',
        );
        assert.equal(code, 3);
        const { status } = await there.task(name);
        assert.equal(status?.reason, 'AgentFailed');
        assert.match(status?.error ?? '', sentence);
      } finally {
        await there.close();
      }
    });
  }
});
