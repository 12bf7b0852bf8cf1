import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentEnv, untrustedEnv } from '../../src/runner/environment.ts';
import { Job } from '../support/stage/job.ts';
import { StageProcess } from '../support/stage/process.ts';
import { makeRemote, tempFolder } from '../support/stage/remote.ts';

/** Names under which people, CI systems and tools keep credentials, or ways to them. */
const CANARIES = [
  'GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'BGTASK_FORGE_TOKEN', 'SSH_AUTH_SOCK', 'SSH_ASKPASS', 'GIT_ASKPASS', 'GPG_AGENT_INFO',
  'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE',
  'GOOGLE_APPLICATION_CREDENTIALS', 'AZURE_CLIENT_SECRET', 'KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'DOCKER_HOST', 'DOCKER_CONFIG', 'NPM_TOKEN',
  'NODE_AUTH_TOKEN', 'NPM_CONFIG_USERCONFIG', 'PIP_INDEX_URL', 'CARGO_REGISTRY_TOKEN', 'VAULT_TOKEN', 'DATABASE_URL', 'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'NODE_OPTIONS', 'LD_PRELOAD_NOT', 'GIT_CONFIG_GLOBAL_NOT', 'BGTASK_GIT_TOKEN', 'BGTASK_USER_GIT_CONFIG',
  'MY_PRIVATE_REGISTRY',
]; // prettier-ignore

const parse = (text: string): Map<string, string> =>
  new Map(
    text
      .split('\0')
      .filter(Boolean)
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );

const dump = (name: string): string => `env -0 > ../${name}; cat /proc/$PPID/environ > ../${name}.parent`;

const clean = (env: NodeJS.ProcessEnv, pass: string[] = []): Record<string, string> =>
  untrustedEnv({ env, home: '/home/task', tmp: '/tmp/task', pass });

describe('the environment of untrusted programs', () => {
  it('holds no canary of the stage in agent, install step or check, and a home of the task', async () => {
    const own = {
      install: dump('install'),
      format: [dump('format')],
      checks: [{ name: 'test', run: dump('check') }],
    };
    const remote = await makeRemote({ 'a.txt': 'one\n', '.bgtask.yaml': JSON.stringify(own) });
    const job = new Job({
      remote,
      agent: `${dump('agent')}; echo two > a.txt`,
      input: { passEnv: ['MY_PRIVATE_REGISTRY'] },
    });
    await job.run('clone');
    const canary = 'canary-0123456789';
    const proxies = {
      HTTPS_PROXY: `http://user:${canary}@proxy.example.com`,
      http_proxy: 'http://proxy.example.com',
    };
    const env: NodeJS.ProcessEnv = {
      ...job.env,
      HOME: tempFolder(),
      ...Object.fromEntries(CANARIES.map((name) => [name, canary])),
      ...proxies,
    };
    // Node's own variable is read by the stage's process: a word it takes.
    env['NODE_OPTIONS'] = '--no-warnings';
    const stage = await StageProcess.start('work', env, {
      modelKeys: { ANTHROPIC_API_KEY: `key-of-the-model-${canary}` },
    });
    assert.equal(await stage.ended, 0, stage.output);
    for (const program of ['agent', 'install', 'format', 'check']) {
      const seen = parse(await readFile(join(job.dir, 'workspace', program), 'utf8'));
      assert.equal(seen.get('MY_PRIVATE_REGISTRY'), canary, 'a variable that the settings pass');
      for (const [name, value] of seen)
        assert.ok(
          name === 'MY_PRIVATE_REGISTRY' || !value.includes(canary),
          `${program} sees ${name}=${value}`,
        );
      for (const name of CANARIES.filter((each) => each !== 'MY_PRIVATE_REGISTRY'))
        assert.equal(seen.has(name), false, `${program} sees ${name}`);
      assert.equal(seen.get('HOME'), job.place.home);
      const tmp = seen.get('TMPDIR') ?? '';
      assert.match(tmp, /^\/tmp\/bgt-[0-9a-f]{16}\/\d$/, 'a Unix socket has 107 bytes');
      assert.equal(existsSync(tmp), false, 'the folder for temporary files goes with the stage');
      for (const name of ['NO_COLOR', 'TERM', 'FORCE_COLOR']) assert.equal(seen.has(name), false, name);
      assert.equal(seen.get('http_proxy'), 'http://proxy.example.com');
      assert.equal(seen.get('CI'), 'true');
      assert.doesNotMatch(
        await readFile(join(job.dir, 'workspace', `${program}.parent`), 'utf8'),
        /key-of-the-model/,
      );
    }
  });

  it('holds a placeholder of the model’s key for the agent of that model alone, and the key for no program', async () => {
    const own = { checks: [{ name: 'test', run: 'env -0 > ../check' }] };
    const remote = await makeRemote({ 'a.txt': 'one\n', '.bgtask.yaml': JSON.stringify(own) });
    const bin = tempFolder();
    const output = join(import.meta.dirname, '../runner/agents/fixtures/claude/success.jsonl');
    const script = `#!/bin/sh\ncat > /dev/null; env -0 > ../agent; echo two > a.txt; cat ${output}\n`;
    await writeFile(join(bin, 'claude'), script, { mode: 0o755 });
    const job = new Job({
      remote,
      spec: { agent: { type: 'claude' } },
      secrets: { modelKeys: { ANTHROPIC_API_KEY: 'not-a-real-key', OPENAI_API_KEY: 'not-a-real-key' } },
      env: { BGTASK_CLAUDE: join(bin, 'claude') },
    });
    const report = await job.make();
    assert.ok((report.usage?.turns ?? 0) > 0);
    const [agent, check] = await Promise.all(
      ['agent', 'check'].map(async (name) => parse(await readFile(join(job.dir, 'workspace', name), 'utf8'))),
    );
    assert.match(agent?.get('ANTHROPIC_API_KEY') ?? '', /^\S{8,}$/, 'a placeholder: the gateway has the key');
    assert.equal(agent?.has('OPENAI_API_KEY'), false);
    for (const seen of [agent, check])
      assert.ok(![...(seen ?? [])].some(([, value]) => value.includes('not-a-real-key')));
  });

  it('is not undone by what the settings pass: home stays the task’s, proxies with a password stay out', () => {
    const env = {
      HOME: '/home/user',
      TMPDIR: '/var/tmp',
      ALL_PROXY: 'socks5://u:p@proxy.example.com',
      GOPROXY: 'https://u:p@go.example.com,direct',
    };
    const seen = clean(env, ['HOME', 'TMPDIR', 'ALL_PROXY', 'NOT_THERE']);
    assert.deepEqual([seen['HOME'], seen['TMPDIR']], ['/home/task', '/tmp/task']);
    for (const name of ['ALL_PROXY', 'GOPROXY', 'NOT_THERE']) assert.equal(name in seen, false, name);
  });

  it('tells ssh to offer no key, unless the settings say otherwise', () => {
    assert.match(clean({})['GIT_SSH_COMMAND'] ?? '', /^ssh -F \/dev\/null .*IdentitiesOnly=yes/);
    assert.equal(clean({ GIT_SSH_COMMAND: 'own' }, ['GIT_SSH_COMMAND'])['GIT_SSH_COMMAND'], 'own');
  });

  it('tells tools where the person’s toolchains lie, if they are there', async () => {
    const home = tempFolder();
    await mkdir(join(home, '.rustup'));
    const seen = clean({ HOME: home });
    assert.equal(seen['RUSTUP_HOME'], join(home, '.rustup'));
    assert.equal('PYENV_ROOT' in seen, false);
  });

  it('finds programs that a script installed in the task’s home, and none of them in the place of the machine’s', () => {
    const own = ':/home/task/.local/bin:/home/task/go/bin:/home/task/.cargo/bin';
    assert.equal(clean({ PATH: '/usr/bin:/bin' })['PATH'], `/usr/bin:/bin${own}`);
    assert.ok(clean({})['PATH']?.startsWith('/usr/local/sbin:'));
    assert.ok(clean({})['PATH']?.endsWith(own));
  });

  const addresses: [value: string, passes: boolean][] = [
    ['https://pypi.example.com/simple', true],
    ['https://a.example.com/simple https://b.example.com/', true],
    ['https://u:p@pypi.example.com/simple', false],
    ['https://a.example.com/ https://t@b.example.com/', false],
    ['https://pypi.example.com/simple?token=x', false],
    ['canary', false],
    ['', false],
  ];
  for (const [value, passes] of addresses)
    it(`${passes ? 'tells' : 'does not tell'} pip of the mirror ${JSON.stringify(value)}`, () => {
      assert.equal(clean({ PIP_INDEX_URL: value })['PIP_INDEX_URL'], passes ? value : undefined);
    });

  const agent = { keys: ['FIRST_KEY', 'SECOND_KEY'], variables: ['BASE_URL'] };
  const keys: [promise: string, given: Record<string, string>, expected: Record<string, string>][] = [
    [
      'the first of its keys that is there',
      { SECOND_KEY: 'b', FIRST_KEY: 'a', OTHER_KEY: 'c' },
      { FIRST_KEY: 'a' },
    ],
    ['its other key when the first is empty', { FIRST_KEY: '', SECOND_KEY: 'b' }, { SECOND_KEY: 'b' }],
    ['no key of another agent', { OTHER_KEY: 'c' }, {}],
  ];
  for (const [what, given, expected] of keys)
    it(`gives an agent ${what}`, () => {
      assert.deepEqual(agentEnv({}, agent, {}, given), expected);
    });

  it('gives an agent its own switches from the stage, and takes no key from there', () => {
    const env = { BASE_URL: 'http://127.0.0.1:1', FIRST_KEY: 'a', OTHER: 'x' };
    assert.deepEqual(agentEnv({ CI: 'true' }, agent, env, {}), {
      CI: 'true',
      BASE_URL: 'http://127.0.0.1:1',
    });
    assert.deepEqual(agentEnv({}, { keys: [], variables: [] }, env, { FIRST_KEY: 'a' }), {});
  });
});
