import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageSecrets } from '../../src/runner/stage-context.ts';
import { APP_ID, appKeys, appOn } from '../support/github-app-keys.ts';
import type { Permissions } from '../support/github-standin/apps.ts';
import { type Github, startGithub } from '../support/github-standin/start.ts';
import { Job } from '../support/stage/job.ts';
import { commit, git } from '../support/stage/remote.ts';

const keys = appKeys();
const SECRETS: StageSecrets = { forgeApp: { id: APP_ID, privateKey: keys.privateKey } };
const BOTH: Permissions = { contents: 'write', pull_requests: 'write', metadata: 'read' };

describe('a GitHub App, before the agent is paid', () => {
  let github: Github;
  const started = async (repositories: string[], permissions = BOTH): Promise<void> => {
    github = await startGithub({ tokens: [], apps: [appOn(keys, repositories, permissions)] });
  };
  afterEach(async () => {
    assert.deepEqual(github.problems.splice(0), []);
    await github.close();
  });
  const jobOn = (remote: string, agent = 'echo two > a.txt'): Job =>
    new Job({ remote, agent, secrets: SECRETS, env: { BGTASK_GITHUB_API_URL: github.apiUrl } });

  const lacking: [what: string, permissions: Permissions][] = [
    ['push', { contents: 'read', pull_requests: 'write', metadata: 'read' }],
    ['open pull requests', { contents: 'write', metadata: 'read' }],
  ];
  for (const [what, permissions] of lacking)
    it(`ends the task with PushDenied where it may not ${what}`, async () => {
      await started(['example-org/app'], permissions);
      const { cloneUrl } = await github.createRepo('example-org', 'app', { files: { 'a.txt': 'one\n' } });
      const failure = await jobOn(cloneUrl).fails('clone');
      assert.equal(failure.reason, 'PushDenied');
      assert.match(failure.message, /permissions/);
    });

  it('ends it where the forge refuses the push', async () => {
    await started(['example-org/app']);
    const { cloneUrl } = await github.createRepo('example-org', 'app', { files: { 'a.txt': 'one\n' } });
    github.fault('git/receive-pack/refs', { status: 403, body: { message: 'Write access not granted.' } });
    const failure = await jobOn(cloneUrl).fails('clone');
    assert.equal(failure.reason, 'PushDenied');
    assert.match(failure.message, /The credential may not push/);
  });

  const withModule = async (owner: string): Promise<string> => {
    const lib = await github.createRepo(owner, 'lib', { files: { 'file.txt': 'hello\n' } });
    const app = await github.createRepo('example-org', 'app', { files: { 'a.txt': 'one\n' } });
    const text = `[submodule "x"]\n\tpath = vendor/x\n\turl = ${lib.cloneUrl}\n`;
    const link = { mode: '160000', text: await git(lib.directory, 'rev-parse', 'main') };
    await commit(app.directory, { 'vendor/x': link, '.gitmodules': text });
    return app.cloneUrl;
  };

  it('reads a private submodule of the same owner with a token for that repository alone, also to move it', async () => {
    await started(['example-org/app', 'example-org/lib']);
    const job = jobOn(await withModule('example-org'), 'git -C vendor/x checkout -q HEAD~1');
    await job.run('clone');
    assert.equal(await readFile(join(job.place.checkout, 'vendor/x/file.txt'), 'utf8'), 'hello\n');
    const [grant] = github.grants.filter(({ repositories }) => repositories.includes('example-org/lib'));
    assert.deepEqual(grant?.repositories, ['example-org/lib']);
    assert.deepEqual(grant.permissions, { contents: 'read' });
    await job.run('work');
    assert.equal((await job.run('publish')).repo?.files, 1);
  });

  const unreachable: [what: string, owner: string, says: RegExp][] = [
    ['of another owner', 'other-org', /The GitHub App is for repositories of example-org, and this one is of other-org on 127\.0\.0\.1:\d+: make it public, or give a token that may read both/],
    ['that it is not installed on', 'example-org', /Let the GitHub App read example-org\/lib: /],
  ]; // prettier-ignore
  for (const [what, owner, says] of unreachable)
    it(`says what to do about a private submodule ${what}`, async () => {
      await started(['example-org/app']);
      const failure = await jobOn(await withModule(owner)).fails('clone');
      assert.equal(failure.reason, 'CloneFailed');
      assert.match(failure.message, says);
    });
});
