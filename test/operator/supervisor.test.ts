import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentSpec } from '../../src/api/types.ts';
import { isUntrusted, STAGES } from '../../src/domain/report.ts';
import { secretsFor, stageEnv } from '../../src/operator/supervisor.ts';
import { task } from '../domain/builders.ts';

const TRUSTED = STAGES.filter((stage) => !isUntrusted(stage));

describe('A stage’s own environment', () => {
  const SECRETS = `
    GITHUB_TOKEN GH_TOKEN GH_ENTERPRISE_TOKEN BGTASK_FORGE_TOKEN NPM_TOKEN npm_token
    ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN OPENAI_API_KEY OPENROUTER_APIKEY
    GEMINI_API_KEY CLAUDE_CODE_OAUTH_TOKEN AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    PGPASSWORD DB_PASSWD GOOGLE_APPLICATION_CREDENTIALS DEPLOY_PRIVATE_KEY my_secret`
    .trim()
    .split(/\s+/);
  for (const name of SECRETS)
    it(`never has ${name}`, () => {
      for (const stage of STAGES) {
        const own = stageEnv({ PATH: '/bin', [name]: 'not-a-real-one' }, stage, '/pull-requests', []);
        assert.ok(!Object.values(own).includes('not-a-real-one'), `stage ${stage} has it`);
        assert.equal(own['PATH'], '/bin');
      }
    });

  const SOCKETS = `
    SSH_AUTH_SOCK SSH_AGENT_PID SSH_ASKPASS GPG_AGENT_INFO GIT_ASKPASS
    DBUS_SESSION_BUS_ADDRESS`
    .trim()
    .split(/\s+/);
  for (const name of SOCKETS)
    it(`has ${name} in the trusted stages only, where git may need it`, () => {
      const env = { [name]: '/run/agent' };
      for (const stage of TRUSTED) assert.equal(stageEnv(env, stage, '/p', [])[name], '/run/agent');
      assert.deepEqual(stageEnv(env, 'work', '/p', [name]), {}, 'whatever the settings allow');
    });

  for (const name of [
    'PATH',
    'HOME',
    'LANG',
    'HTTPS_PROXY',
    'BGTASK_CLAUDE',
    'ANTHROPIC_BASE_URL',
    'KEYBOARD',
  ])
    it(`has ${name} in every stage`, () => {
      for (const stage of STAGES) assert.equal(stageEnv({ [name]: 'x' }, stage, '/p', [])[name], 'x');
    });

  it('has a secret that the settings let agents see, in the work stage and by its very name', () => {
    const env = { NPM_TOKEN: 'not-a-real-one', XNPM_TOKEN: 'not-a-real-one', npm_token: 'not-a-real-one' };
    assert.deepEqual(stageEnv(env, 'work', '/p', ['NPM_TOKEN']), { NPM_TOKEN: 'not-a-real-one' });
    for (const stage of TRUSTED)
      assert.ok(!Object.values(stageEnv(env, stage, '/p', ['NPM_TOKEN'])).includes('not-a-real-one'));
  });

  it('tells the trusted stages of the person’s git settings and the file forge, the work stage neither', () => {
    for (const stage of TRUSTED)
      assert.deepEqual(stageEnv({}, stage, '/pull-requests', []), {
        BGTASK_USER_GIT_CONFIG: '1',
        BGTASK_PULL_REQUESTS: '/pull-requests',
      });
    assert.deepEqual(stageEnv({}, 'work', '/pull-requests', []), {});
  });

  it('has no variable that is not set, and changes nothing', () => {
    const env = Object.freeze({ A: undefined, B: '' });
    assert.deepEqual(stageEnv(env, 'work', '/p', []), { B: '' });
  });
});

const of = (url: string) => task({ spec: { repos: [{ input: { url } }] } });

const work = (type: string, env: NodeJS.ProcessEnv) =>
  secretsFor('work', task({ spec: { agent: { type } } }), env);

describe('What a stage may hold', () => {
  const ALL = {
    BGTASK_FORGE_TOKEN: 'not-real-forge',
    GITHUB_TOKEN: 'not-real-github',
    GH_TOKEN: 'not-real-gh',
    GH_ENTERPRISE_TOKEN: 'not-real-enterprise',
  };
  const KEYS = {
    ANTHROPIC_API_KEY: 'not-real-anthropic',
    CLAUDE_CODE_OAUTH_TOKEN: 'not-real-oauth',
    CODEX_API_KEY: 'not-real-codex',
    OPENAI_API_KEY: 'not-real-openai',
    GEMINI_API_KEY: 'not-real-gemini',
    OPENCODE_API_KEY: 'not-real-opencode',
  };

  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bgtask-gh-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  /** A PATH with a `gh` of its own, which notes its arguments. */
  const gh = (script: string): { PATH: string } => {
    const file = join(folder, 'gh');
    writeFileSync(file, `#!/bin/sh\necho "$@" >> '${join(folder, 'asked')}'\n${script}\n`);
    chmodSync(file, 0o755);
    return { PATH: folder };
  };
  const asked = (): string =>
    existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : '';
  const GITHUB = 'https://github.com/example-org/app';

  const names = Object.keys(ALL) as (keyof typeof ALL)[];
  for (const [index, name] of names.entries())
    it(`is the forge’s token from ${name} when those before it are absent or empty`, async () => {
      const empty = Object.fromEntries(names.slice(0, index).map((before) => [before, '']));
      const env = { ...ALL, ...KEYS, ...empty, ...gh('echo not-real-of-gh') };
      for (const stage of TRUSTED)
        assert.deepEqual(await secretsFor(stage, of(GITHUB), env), { forgeToken: ALL[name] });
      assert.equal(asked(), '', 'a variable that is set is the person’s word');
    });

  const APP = { GITHUB_APP_ID: '12345', GITHUB_APP_PRIVATE_KEY: String.raw`not\na real\nkey` };
  const forgeApp = { id: '12345', privateKey: 'not\na real\nkey' };
  it('is a GitHub App from its variables; gh is not asked then', async () => {
    const env = { ...APP, ...KEYS, ...gh('echo not-real-of-gh') };
    for (const stage of TRUSTED) assert.deepEqual(await secretsFor(stage, of(GITHUB), env), { forgeApp });
    assert.equal(asked(), '');
  });

  it('is a GitHub App beside a token: for repositories on no GitHub', async () => {
    const env = { ...APP, GITHUB_TOKEN: 'not-real', GITHUB_APP_INSTALLATION_ID: '67890' };
    assert.deepEqual(await secretsFor('publish', of(GITHUB), env), {
      forgeToken: 'not-real',
      forgeApp: { ...forgeApp, installationId: '67890' },
    });
  });

  it('leaves the App out where BGTASK_FORGE_TOKEN is set: that is meant for bgtask alone', async () => {
    const env = { ...APP, BGTASK_FORGE_TOKEN: 'not-real' };
    assert.deepEqual(await secretsFor('clone', of(GITHUB), env), { forgeToken: 'not-real' });
  });

  it('leaves the App out of the work stage, and of every stage’s own environment', async () => {
    assert.deepEqual(await secretsFor('work', of(GITHUB), APP), {});
    for (const stage of [...TRUSTED, 'work'] as const)
      assert.ok(!('GITHUB_APP_PRIVATE_KEY' in stageEnv(APP, stage, '/p', [])), stage);
  });

  const HOSTS: [string, string][] = [
    [GITHUB, 'github.com'],
    ['git@github.com:example-org/app.git', 'github.com'],
    ['ssh://git@git.example.com/example-org/app', 'git.example.com'],
    ['https://someone@GIT.example.com/example-org/app.git', 'git.example.com'],
  ];
  for (const [url, host] of HOSTS)
    it(`is what gh knows for ${host} when no variable is set: ${url}`, async () => {
      const env = { ...KEYS, GITHUB_TOKEN: '', ...gh('echo not-real-of-gh') };
      assert.deepEqual(await secretsFor('publish', of(url), env), {
        forgeToken: 'not-real-of-gh',
        forgeHosts: [host],
      });
      assert.equal(asked(), `auth token --hostname ${host}\n`);
    });

  it('leaves out a token that gh has for every host alike', async () => {
    const env = { GITHUB_ENTERPRISE_TOKEN: 'not-real', ...gh('echo "$GITHUB_ENTERPRISE_TOKEN"') };
    assert.deepEqual(await secretsFor('publish', of('https://git.example.com/a/b'), env), {});
  });

  it('is said to be for the hosts that are named beside it', async () => {
    const env = { GITHUB_TOKEN: 'not-real', BGTASK_FORGE_HOST: 'Git.example.com,git.example.org:8443' };
    const forgeHosts = ['git.example.com', 'git.example.org:8443'];
    assert.deepEqual(await secretsFor('clone', of(GITHUB), env), { forgeToken: 'not-real', forgeHosts });
  });

  it('is said to be for the GitHub that the task’s own shell names', async () => {
    const env = { GH_ENTERPRISE_TOKEN: 'not-real', GH_HOST: 'git.example.com' };
    const secrets = await secretsFor('clone', of('https://git.example.com/a/b'), env);
    assert.deepEqual(secrets, { forgeToken: 'not-real', forgeHosts: ['git.example.com'] });
    const broken = { GITHUB_TOKEN: 'not-real', GH_HOST: 'no host/at all' };
    assert.deepEqual(await secretsFor('clone', of(GITHUB), broken), { forgeToken: 'not-real' });
  });

  for (const url of ['/srv/git/app', 'file:///srv/git/app.git', 'http://localhost/app', ''])
    it(`is nothing of gh for a repository on no host: ${JSON.stringify(url)}`, async () => {
      assert.deepEqual(await secretsFor('clone', of(url), gh('echo not-real-of-gh')), {});
      assert.equal(asked(), '');
    });

  const SILENT: [string, () => { PATH: string }][] = [
    ['is not installed', () => ({ PATH: folder })],
    ['is not signed in', () => gh('echo "no oauth token found" >&2; exit 1')],
    ['says nothing', () => gh('echo')],
  ];
  for (const [what, env] of SILENT)
    it(`leaves the token out when gh ${what}`, async () =>
      assert.deepEqual(await secretsFor('publish', of(GITHUB), env()), {}));

  const AGENTS: [AgentSpec | undefined, object, Record<string, string>][] = [
    [undefined, KEYS, { ANTHROPIC_API_KEY: 'not-real-anthropic' }],
    [{ type: 'claude' }, { ...KEYS, ANTHROPIC_API_KEY: '' }, { CLAUDE_CODE_OAUTH_TOKEN: 'not-real-oauth' }],
    [{ type: 'codex' }, KEYS, { CODEX_API_KEY: 'not-real-codex' }],
    [{ type: 'codex' }, { ...KEYS, CODEX_API_KEY: undefined }, { OPENAI_API_KEY: 'not-real-openai' }],
    [{ type: 'gemini' }, KEYS, { GEMINI_API_KEY: 'not-real-gemini' }],
    [{ type: 'opencode' }, KEYS, { OPENCODE_API_KEY: 'not-real-opencode' }],
  ];
  for (const [agent, env, modelKeys] of AGENTS)
    it(`is, where ${agent?.type ?? 'the usual agent'} runs, ${Object.keys(modelKeys).join()} alone`, async () => {
      const session = task({ spec: { ...(agent && { agent }) } });
      assert.deepEqual(await secretsFor('work', session, { ...ALL, ...env, ...gh('echo x') }), { modelKeys });
      assert.equal(asked(), '');
    });

  it('is nothing for an agent without a key, for one whose key is not there, and for an unknown one', async () => {
    assert.deepEqual(await work('command', { ...ALL, ...KEYS }), {});
    assert.deepEqual(await work('gemini', { ...ALL, OPENAI_API_KEY: 'not-real' }), {});
    assert.deepEqual(await work('constructor', { ...ALL, ...KEYS }), {});
  });
});
