import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageSecrets } from '../../src/runner/stage-context.ts';
import { mayChangeWorkflows, permissionsFor } from '../../src/runner/forge-token.ts';
import { APP_ID, appKeys, appOn } from '../support/github-app-keys.ts';
import { startGithub, type Github } from '../support/github-standin/start.ts';
import { Job } from '../support/stage/job.ts';
import { StageProcess } from '../support/stage/process.ts';
import { filesBelow } from '../support/stage/remote.ts';

const keys = appKeys();
const SECRETS: StageSecrets = { forgeApp: { id: APP_ID, privateKey: keys.privateKey } };
const FILES = { 'a.txt': 'one\n', '.bgtask.yaml': '{"format":[],"checks":[]}' };

describe('which permissions a stage’s token has', () => {
  it('is reading for the clone', () =>
    assert.deepEqual(permissionsFor('clone', ['.github/**']), { contents: 'read' }));
  it('is pushing and opening the pull request for the publication', () =>
    assert.deepEqual(permissionsFor('publish'), { contents: 'write', pull_requests: 'write' }));
  it('is changing workflows only where the task names them', () =>
    assert.equal(permissionsFor('publish', ['.github/workflows/**']).workflows, 'write'));

  const PATHS: [string[], boolean][] = [
    [[], false],
    [['src/**'], false],
    [['.github/CODEOWNERS'], false],
    [['.github/workflows'], true],
    [['.github/workflows/ci.yml'], true],
    [['/.GitHub/Workflows/ci.yml'], true],
    [['.github/**'], true],
    [['**/*.yaml'], true],
    [['*.yml'], true],
  ];
  for (const [paths, may] of PATHS)
    it(`${JSON.stringify(paths)} ${may ? 'names' : 'names no'} workflows`, () =>
      assert.equal(mayChangeWorkflows(paths), may));
});

describe('a task with a GitHub App', () => {
  let github: Github;
  let remote: string;
  before(async () => {
    const names = Array.from({ length: 9 }, (_, at) => `example-org/app-${at}`);
    github = await startGithub({ tokens: [], apps: [appOn(keys, names)] });
  });
  let count = 0;
  let name: string;
  beforeEach(async () => {
    github.requests.splice(0);
    github.grants.splice(0);
    name = `app-${count++}`;
    remote = (await github.createRepo('example-org', name, { files: FILES })).cloneUrl;
  });
  afterEach(async () => {
    await StageProcess.endAll();
    assert.deepEqual(github.problems.splice(0), []);
  });
  after(() => github.close());

  const jobOn = (): Job =>
    new Job({
      remote,
      agent: 'echo two > a.txt',
      secrets: SECRETS,
      env: { BGTASK_GITHUB_API_URL: github.apiUrl },
    });
  /** Everything that must be seen nowhere. */
  const sought = (): string[] => [
    ...keys.privateKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('---')),
    ...github.grants.flatMap(({ token }) => [
      token,
      Buffer.from(`x-access-token:${token}`).toString('base64'),
    ]),
  ];

  it('is cloned with a token that only reads, after a look with one that may push, and pushed with a fresh one an hour later', async () => {
    const job = jobOn();
    await job.run('clone');
    await job.run('work');
    const [first, second] = github.grants;
    assert.deepEqual(first?.permissions, { contents: 'read' });
    for (const grant of [first, second]) if (grant) grant.expired = true;
    const reads = github.requests.filter(({ operation }) => operation.startsWith('git/upload-pack'));
    const read = Buffer.from(`x-access-token:${first.token}`).toString('base64');
    assert.deepEqual(
      [...new Set(reads.map(({ headers }) => headers.authorization).filter(Boolean))],
      [`Basic ${read}`],
    );
    const { repo } = await job.run('publish');
    assert.equal(repo?.status, 'pushed');
    assert.ok(repo?.prUrl?.endsWith(`/example-org/${name}/pull/1`));
    const repositories = [`example-org/${name}`];
    assert.deepEqual(
      github.grants.map((grant) => ({ permissions: grant.permissions, repositories: grant.repositories })),
      [
        { permissions: { contents: 'read' }, repositories },
        { permissions: { contents: 'write', pull_requests: 'write' }, repositories },
        { permissions: { contents: 'write', pull_requests: 'write' }, repositories },
      ],
    );
  });

  it('leaves neither key nor token in a file, a URL, a log or a report', async () => {
    const job = jobOn();
    for (const stage of ['clone', 'work', 'publish'] as const) {
      const process = await StageProcess.start(stage, job.env, stage === 'work' ? {} : SECRETS);
      assert.equal(await process.ended, 0, process.output);
      for (const secret of sought()) assert.ok(!process.output.includes(secret), `${stage}'s log`);
    }
    assert.equal(github.grants.length, 3);
    for (const file of await filesBelow(job.dir)) {
      const text = await readFile(file, 'latin1');
      for (const secret of sought()) assert.ok(!text.includes(secret), file);
    }
    const urls = JSON.stringify(github.requests.map(({ pathname, query }) => [pathname, query]));
    for (const secret of sought()) assert.ok(!urls.includes(secret));
  });

  for (const [stage, reason] of [
    ['clone', 'CloneFailed'],
    ['publish', 'PushDenied'],
  ] as const)
    it(`fails in ${stage} with ${reason}, its cause, and nothing pushed, when the App gives no token`, async () => {
      const job = jobOn();
      if (stage === 'publish') {
        await job.run('clone');
        await job.run('work');
      }
      github.fault('apps/create-installation-access-token', { status: 403, body: suspended });
      const failure = await job.fails(stage);
      assert.equal(failure.reason, reason);
      assert.match(failure.message, /gives no token \(403 This installation has been suspended\)/);
      assert.ok(!github.requests.some(({ operation }) => operation === 'git/receive-pack'));
    });
  const suspended = {
    message: 'This installation has been suspended',
    documentation_url: 'https://docs.example.com',
  };

  it('holds the token alone where the repository is on no GitHub', async () => {
    const job = new Job({
      remote: join(jobOn().dir, 'none'),
      secrets: { ...SECRETS, forgeToken: 'not-real' },
    });
    await job.fails('clone');
    assert.deepEqual(github.grants, []);
  });
});
