import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { github as forgeKind } from '../../../src/runner/forges/github.ts';
import { gitEnv } from './git-backend.ts';
import type { StandInRepo } from './repositories.ts';
import { startGithub, type Github } from './start.ts';

const TOKEN = 'example-standin-token';
const run = promisify(execFile);

/** Git with a credential in its environment, where no process list shows it. */
async function git(cwd: string, token: string, ...args: string[]): Promise<string> {
  const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const config = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: header };
  const author = ['-c', 'user.name=Example', '-c', 'user.email=dev@example.com'];
  const { stdout } = await run('git', [...author, ...args], {
    cwd,
    env: { ...gitEnv(), ...config },
    maxBuffer: 32 << 20,
  });
  return stdout.trim();
}

type Init = { method?: string; body?: string; headers?: Record<string, string> };
const silent = (): void => {};
const post = (body: unknown) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

describe('stand-in for GitHub', () => {
  let github: Github;
  let repo: StandInRepo;
  let folder: string;
  before(async () => {
    github = await startGithub({ tokens: [TOKEN] });
    folder = await mkdtemp(join(tmpdir(), 'bgtask-stand-in-test-'));
    repo = await github.createRepo('example-org', 'app', { files: { 'README.md': 'Example\n' } });
  });
  afterEach(() => github.clearFaults());
  after(async () => {
    await github.close();
    await rm(folder, { recursive: true });
  });

  const clone = async (name: string): Promise<string> => {
    await git(folder, TOKEN, 'clone', '--quiet', repo.cloneUrl, name);
    return join(folder, name);
  };
  const call = (path: string, init: Init = {}) =>
    fetch(`${github.apiUrl}${path}`, {
      ...init,
      headers: { authorization: `token ${TOKEN}`, accept: 'application/vnd.github+json', ...init.headers },
    });

  it('takes a real push, small or chunked, and shows it in the pull request that the forge opens', async () => {
    const checkout = await clone('pushed');
    // More than git sends in one piece (http.postBuffer is 1 MiB).
    await writeFile(join(checkout, 'big.bin'), randomBytes(3 << 20));
    await git(checkout, TOKEN, 'checkout', '--quiet', '-b', 'background-task-upgrade');
    await git(checkout, TOKEN, 'add', '.');
    await git(checkout, TOKEN, 'commit', '--quiet', '-m', 'Change');
    await git(checkout, TOKEN, 'push', '--quiet', 'origin', 'HEAD');
    const commit = await git(checkout, TOKEN, 'rev-parse', 'HEAD');
    const patch = await git(checkout, TOKEN, 'format-patch', '--stdout', 'origin/main');

    const context = {
      repository: repo.cloneUrl,
      task: 'upgrade',
      token: TOKEN,
      outputDir: folder,
      log: silent,
      signal: new AbortController().signal,
    };
    const forge = await forgeKind.create(context, { BGTASK_GITHUB_API_URL: github.apiUrl });
    const draft = {
      branch: 'background-task-upgrade',
      base: 'main',
      title: 'Upgrade',
      body: 'Text',
      options: {},
      patch,
    };
    const { url, created } = await forge.open(draft);
    assert.equal(created, true);
    assert.deepEqual(
      github.pulls.map((pull) => [pull.url, pull.commit]),
      [[url, commit]],
    );
    github.pulls[0]!.state = 'closed';
    assert.equal((await forge.open(draft)).url, url, 'the commit is known from the patch');
    assert.equal(
      await git(await clone('again'), TOKEN, 'rev-parse', 'origin/background-task-upgrade'),
      commit,
    );
    assert.ok(github.requests.some(({ operation }) => operation === 'git/receive-pack'));
    assert.deepEqual(github.problems, []);
  });

  it('refuses git without a good token, an unknown repository, and whatever a fault says', async () => {
    const checkout = await clone('refused');
    await assert.rejects(
      git(checkout, 'example-wrong', 'fetch'),
      /Authentication failed|could not read Username/,
    );
    await assert.rejects(
      git(checkout, TOKEN, 'fetch', `${github.url}/example-org/other.git`),
      /Repository not found|not found/,
    );
    github.fault('git/receive-pack/refs', { status: 403, body: 'Write access to repository not granted.' });
    await assert.rejects(git(checkout, TOKEN, 'push', 'origin', 'HEAD:refs/heads/denied'), /403/);
  });

  it('unpacks a compressed body', async () => {
    const answer = await fetch(`${repo.cloneUrl}/git-upload-pack`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`,
        'content-type': 'application/x-git-upload-pack-request',
        'content-encoding': 'gzip',
        'git-protocol': 'version=2',
      },
      body: gzipSync('0014command=ls-refs\n0000'),
    });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^[0-9a-f]{44} HEAD\n/);
  });

  it('answers as GitHub does: the user, a branch, no credential, no such thing', async () => {
    const json = async (path: string): Promise<unknown> => (await call(path)).json();
    assert.equal(((await json('/user')) as { login: string }).login, 'example-bot');
    assert.equal(((await json('/repos/example-org/app/branches/main')) as { name: string }).name, 'main');
    const answer = await call('/repos/Example-Org/App');
    assert.deepEqual([answer.status, answer.headers.get('x-ratelimit-limit')], [200, '5000']);
    assert.equal((await call('/repos/example-org/app/pulls/99')).status, 404);
    assert.equal((await call('/repos/example-org/app/branches/none')).status, 404);
    assert.equal((await call('/user', { headers: { authorization: 'token example-wrong' } })).status, 401);
    assert.deepEqual(github.problems, []);
  });

  const WRONG: [what: string, path: string, init: Init, problem: RegExp][] = [
    [
      'an unknown path',
      '/repos/example-org/app/secrets',
      {},
      /GET \/repos\/example-org\/app\/secrets is not served/,
    ],
    ['an unknown query', '/repos/example-org/app/pulls?heads=x', {}, /query heads is unknown/],
    [
      'a wrong value',
      '/repos/example-org/app/pulls?state=ajar',
      {},
      /parameter state must be equal to one of/,
    ],
    ['a wrong type', '/repos/example-org/app/pulls?per_page=many', {}, /parameter per_page must be integer/],
    [
      'a missing field',
      '/repos/example-org/app/pulls',
      post({ title: 'x', head: 'y' }),
      /body must have required property 'base'/,
    ],
    [
      'an unknown field',
      '/repos/example-org/app/pulls',
      post({ title: 'x', head: 'y', base: 'main', drafts: true }),
      /body\/drafts is unknown/,
    ],
    [
      'a wrong field',
      '/repos/example-org/app/pulls',
      post({ title: 1, head: 'y', base: 'main' }),
      /body\/title must be string/,
    ],
    [
      'a body that is not JSON',
      '/repos/example-org/app/pulls',
      { ...post({}), body: 'title=x' },
      /body must be object/,
    ],
    [
      'a body where none belongs',
      '/repos/example-org/app/issues/1/labels',
      { ...post({}), headers: {} },
      /content-type/,
    ],
    ['no media type', '/user', { headers: { accept: 'text/html' } }, /accept asks for no GitHub media type/],
  ];
  for (const [what, path, init, problem] of WRONG) {
    it(`objects to ${what}`, async () => {
      assert.equal((await call(path, init)).status, 500);
      assert.match(github.problems.splice(0).join('\n'), problem);
    });
  }

  it('objects to a scripted answer that GitHub would not give', async () => {
    github.fault('repos/get', { status: 200, body: { full_name: 'example-org/app' } });
    github.fault('pulls/list', { status: 422, body: { text: 'no' } });
    assert.equal((await call('/repos/example-org/app')).status, 500);
    assert.equal((await call('/repos/example-org/app/pulls')).status, 500);
    assert.match(
      github.problems.splice(0).join('\n'),
      /repos\/get: 200 answer must have required[\s\S]*pulls\/list: 422 answer/,
    );
  });

  it('listens where it is told, and goes by the name it is given', async () => {
    const other = await startGithub({
      tokens: [],
      host: '0.0.0.0',
      publicUrl: 'http://github.example.com:8080',
    });
    assert.equal(other.apiUrl, 'http://github.example.com:8080/api/v3');
    assert.equal((await other.createRepo('o', 'r')).cloneUrl, 'http://github.example.com:8080/o/r.git');
    await other.close();
  });
});
