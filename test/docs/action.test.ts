import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parse } from 'yaml';
import { machine, type Machine } from '../support/command-line.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Step {
  id?: string;
  shell: string;
  env: Record<string, string>;
  run: string;
}
interface Action {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}
const action = parse(readFileSync(`${root}action.yml`, 'utf8')) as Action;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };

const EXPRESSION = /\$\{\{ *([\w.-]+) *\}\}/g;
/** Whatever a caller writes, it is a text. */
const HOSTILE = `$(touch pwned) \`touch pwned\` "; touch pwned; ' && touch pwned #\n--draft\n\${{ x }} \\`;

describe('action.yml', () => {
  it('has inputs for the shell as variables alone', () => {
    assert.equal(action.runs.using, 'composite');
    for (const { run, shell, env } of action.runs.steps) {
      assert.equal(shell, 'bash');
      assert.ok(!run.includes('${{'), run);
      for (const value of Object.values(env)) assert.match(value, /^\$\{\{ inputs\.[a-z]+ \}\}$/);
    }
  });

  it('uses each input once, and each has a description', () => {
    const used = action.runs.steps.flatMap(({ env }) =>
      Object.values(env).map((value) => /inputs\.([a-z]+)/.exec(value)?.[1]),
    );
    assert.deepEqual(new Set(used), new Set(Object.keys(action.inputs)));
    assert.equal(used.length, new Set(used).size);
    for (const { description } of Object.values(action.inputs)) assert.ok(description);
  });

  it('has the outputs that its step writes', () => {
    const script = action.runs.steps.find(({ id }) => id === 'create')?.run ?? '';
    for (const [name, { value }] of Object.entries(action.outputs)) {
      assert.equal(value, `\${{ steps.create.outputs.${name} }}`);
      assert.match(script, new RegExp(`echo "${name}=`));
    }
  });

  it('installs the version that it stands beside', () =>
    assert.equal(action.inputs['package']?.default, `kubectl-bgtask@${version}`));
});

describe('the steps of action.yml', () => {
  let here: Machine;
  let repository: string;
  let packed: string;
  before(async () => {
    here = await machine();
    repository = await here.repository('app', {
      'a.txt': 'one\n',
      '.bgtask.yaml': 'format: []\nchecks: []\n',
    });
    const args = ['pack', '--ignore-scripts', '--pack-destination', here.folder];
    packed = join(here.folder, (await execa('npm', args, { cwd: root })).stdout.split('\n').at(-1) ?? '');
  });
  after(() => here.close());

  interface Ran {
    code: number;
    outputs: Record<string, string>;
    summary: string;
    /** Folders that the step adds to PATH. */
    path: string[];
    /** Files in the folder where the steps ran. */
    files: string[];
    said: string;
  }

  /** The folders that the installing step adds to PATH. */
  let installed: string[] = [];

  /** Runs one step as GitHub does: its script by bash, its variables from the inputs. */
  async function run(inputs: Record<string, string>, index = 1): Promise<Ran> {
    const folder = join(here.folder, `run-${readdirSync(here.folder).length}`);
    const at = (name: string): string => join(folder, 'runner', name);
    mkdirSync(at('work'), { recursive: true });
    for (const name of ['output', 'path', 'summary']) writeFileSync(at(name), '');
    const defaults = Object.entries(action.inputs).map(([name, each]) => [name, each.default ?? '']);
    const values: Record<string, string> = {
      ...(Object.fromEntries(defaults) as Record<string, string>),
      token: '',
      package: packed,
      engine: 'local',
      repo: repository,
      ...inputs,
    };
    const { run: script, env } = action.runs.steps[index] ?? assert.fail();
    const own = Object.entries(env).map(([name, value]) => [
      name,
      value.replace(EXPRESSION, (_, path: string) => values[path.replace('inputs.', '')] ?? ''),
    ]);
    writeFileSync(at('step.sh'), script);
    const result = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', at('step.sh')], {
      env: {
        ...here.env,
        PATH: [...installed, here.env['PATH']].join(':'),
        npm_config_offline: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_SERVER_URL: 'https://example.com',
        GITHUB_REPOSITORY: 'example-org/app',
        GITHUB_OUTPUT: at('output'),
        GITHUB_PATH: at('path'),
        GITHUB_STEP_SUMMARY: at('summary'),
        RUNNER_TEMP: here.folder,
        ...(Object.fromEntries(own) as Record<string, string>),
      },
      extendEnv: false,
      cwd: at('work'),
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    const linesOf = (name: string): string[] => readFileSync(at(name), 'utf8').split('\n').filter(Boolean);
    return {
      code: result.exitCode ?? -1,
      said: result.all,
      outputs: Object.fromEntries(linesOf('output').map((line) => line.split(/=(.*)/s, 2))) as Record<
        string,
        string
      >,
      path: linesOf('path'),
      summary: readFileSync(at('summary'), 'utf8'),
      files: readdirSync(at('work')),
    };
  }

  it('refuse a hostile package, and run nothing of it', async () => {
    const { code, files } = await run({ package: HOSTILE }, 0);
    assert.notEqual(code, 0);
    assert.deepEqual(files, []);
  });

  it('install the package', async () => {
    const { code, path, said } = await run({}, 0);
    assert.equal(code, 0, said);
    installed = path;
    assert.ok(existsSync(join(path[0] ?? '', 'bgtask')));
  });

  it('create the task, wait for it and say its pull request', async () => {
    const inputs = {
      name: 'good',
      agent: 'command',
      run: 'echo two >> a.txt',
      checks: 'grep two a.txt\nunit=true\r\n\n',
    };
    const { code, outputs, summary, said } = await run(inputs);
    assert.equal(code, 0, said);
    const url = outputs['pull-request-url'] ?? '';
    assert.deepEqual(outputs, { task: 'good', phase: 'Completed', 'pull-request-url': url });
    assert.ok(existsSync(new URL(url)));
    assert.match(summary, /\| `unit` \| `true` \| ✅ passed \|/);
    assert.match(said, /^::group::Log of task "good"$/m);
  });

  it('fail when the task fails, and say its phase', async () => {
    const { code, outputs, said } = await run({
      name: 'bad',
      agent: 'command',
      run: 'echo two >> a.txt',
      checks: 'exit 1',
    });
    assert.equal(code, 3, said);
    assert.deepEqual(outputs, { task: 'bad', phase: 'Failed', 'pull-request-url': '' });
    assert.match(said, /^::error title=/m);
  });

  it('fail when the state of the task cannot be read, and set no phase', async () => {
    const folder = join(here.folder, 'broken-describe');
    mkdirSync(folder);
    const script = `#!/bin/sh\n[ "$1" = describe ] && exit 5\nexec '${join(installed[0] ?? '', 'bgtask')}' "$@"\n`;
    writeFileSync(join(folder, 'bgtask'), script, { mode: 0o755 });
    const before = installed;
    installed = [folder, ...before];
    try {
      const { code, outputs, said } = await run({ name: 'unread', agent: 'command', run: 'true' });
      assert.deepEqual([code, outputs], [5, { task: 'unread' }]);
      assert.match(said, /^::error title=bgtask::The state of the task cannot be read/m);
    } finally {
      installed = before;
    }
  });

  it('show the commands for GitHub that a repository prints as text', async () => {
    const print = `printf '::error::forged\\n\\r::endgroup::\\n##[group]forged\\n \\033[0m::stop-commands::forged\\n'`;
    const inputs = { name: 'forger', agent: 'command', run: `${print}; echo two >> a.txt` };
    const { code, said } = await run({ ...inputs, checks: `${print}; exit 1` });
    assert.equal(code, 3, said);
    const commands = said.split(/[\r\n]/).filter((line) => /^\s*::|##\[/.test(line));
    const forged = commands.filter((line) => /forged/.test(line) && !line.startsWith('::error title='));
    assert.deepEqual(forged, []);
    const counted = (what: string): number => commands.filter((line) => line.startsWith(what)).length;
    assert.deepEqual([counted('::endgroup::'), counted('::error')], [counted('::group::'), 1]);
  });

  it('pass hostile inputs on as texts', async () => {
    const inputs = {
      name: 'hostile',
      message: HOSTILE,
      title: HOSTILE.split('\n')[0] ?? '',
      agent: 'command',
      run: 'echo two >> a.txt',
    };
    const { code, files, said } = await run({ ...inputs, checks: `echo '$(touch pwned)'` });
    assert.equal(code, 0, said);
    assert.deepEqual(files, []);
    const { spec } = await here.task('hostile');
    assert.equal(spec.prompt, HOSTILE);
    assert.equal(spec.pullRequest?.draft, undefined);
    assert.equal(spec.checks?.[0]?.run, `echo '$(touch pwned)'`);
  });

  for (const name of [
    '$(touch pwned)',
    '--help',
    '@latest',
    'a\nphase=Completed',
    'Å',
    '',
    'a;touch pwned',
    '-x',
  ])
    it(`refuse the name ${JSON.stringify(name)} before a task is made`, async () => {
      const { code, outputs, files, said } = await run({ name, message: 'x' });
      assert.deepEqual([code, outputs, files], [2, {}, []]);
      assert.match(said, /^::error title=bgtask::The input "name" must be/m);
    });

  for (const [input, value] of [
    ['engine', HOSTILE],
    ['project', HOSTILE],
    ['agent', HOSTILE],
    ['timeout', HOSTILE],
    ['branch', HOSTILE],
    ['params', HOSTILE],
    ['repo', HOSTILE],
    ['template', HOSTILE],
  ] as const)
    it(`refuse a hostile ${input}, and run nothing of it`, async () => {
      const { code, outputs, files } = await run({ name: 'refused', message: 'x', [input]: value });
      assert.notEqual(code, 0);
      assert.deepEqual([outputs, files], [{}, []]);
    });

  it('say nothing of an earlier task with the same name', async () => {
    const { code, outputs } = await run({ name: 'good', agent: 'command', run: 'true' });
    assert.deepEqual([code, outputs], [1, {}]);
  });

  it('do not wait where that is not wanted', async () => {
    const { code, outputs } = await run({ name: 'later', agent: 'command', run: 'true', wait: 'false' });
    assert.equal(code, 0);
    assert.equal(outputs['task'], 'later');
    await here.ok('wait', 'later', '--for=ended');
  });
});
