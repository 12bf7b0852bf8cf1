import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startGithub } from '../support/github-standin/start.ts';
import { Job } from '../support/stage/job.ts';
import { commit, git, GIT_ENV, makeRemote, tempFolder } from '../support/stage/remote.ts';

/** A repository with a history and tags, as people have them. */
async function origin(): Promise<string> {
  const path = await makeRemote({ 'a.txt': 'one\n', 'b.txt': 'b\n' });
  await git(path, 'tag', '-a', 'v1.0.0', '-m', 'The first', 'main');
  await commit(path, { 'a.txt': 'two\n' });
  return path;
}

/** A clone of it with these flags, which git takes for a file URL. */
async function cloneOf(from: string, ...flags: string[]): Promise<string> {
  const path = join(tempFolder(), 'clone');
  await git(from, 'config', 'uploadpack.allowFilter', 'true');
  execFileSync('git', ['clone', '-q', ...flags, pathToFileURL(from).href, path], { env: GIT_ENV });
  return path;
}

const AGENT = 'echo three > a.txt';

describe('the checkout is what a plain clone is', () => {
  it('with tags: git describe says the version', async () => {
    const checks = [{ name: 'version', run: 'git describe --tags | grep "^v1.0.0-2-g"' }];
    const report = await new Job({ remote: await origin(), agent: AGENT, spec: { checks } }).make();
    assert.equal(report.checks?.[0]?.result, 'passed');
  });

  it('with tags, none of which is pushed again', async () => {
    const remote = await origin();
    await new Job({ remote, agent: AGENT }).all();
    assert.equal(await git(remote, 'tag', '--list'), 'v1.0.0');
  });

  const works: [what: string, make: (from: string) => Promise<string>, branch?: string][] = [
    ['a shallow clone', (from) => cloneOf(from, '--depth=1')],
    ['a shallow clone of a tag’s history', (from) => cloneOf(from, '--depth=2', '--no-single-branch')],
    ['a clone on a detached HEAD, with a named base', async (from) => {
      const path = await cloneOf(from);
      await git(path, 'checkout', '-q', '--detach', 'HEAD~1');
      return path;
    }, 'main'],
    ['a worktree', async (from) => {
      const path = await cloneOf(from);
      await git(path, 'worktree', 'add', '-q', '-b', 'side', join(path, 'tree'));
      return join(path, 'tree');
    }],
    ['a partial clone that lacks nothing', (from) => cloneOf(from, '--filter=blob:limit=1m')],
  ]; // prettier-ignore
  for (const [what, make, branch] of works)
    it(`of ${what}`, async () => {
      const url = await make(await origin());
      const job = new Job({
        remote: url,
        agent: AGENT,
        spec: { repos: [{ input: { url, ...(branch && { branch }) } }] },
      });
      const report = await job.all();
      assert.equal(report.repo?.status, 'pushed');
      assert.equal(await git(url, 'show', `${job.branch}:a.txt`), 'three');
    });

  const refused: [what: string, make: (from: string) => Promise<string>, says: RegExp][] = [
    [
      'a partial clone',
      (from) => cloneOf(from, '--filter=blob:none', '--no-checkout'),
      /is a partial clone \(git clone --filter\), which lacks objects.*Give the URL that it was cloned from/,
    ],
    [
      'a detached HEAD',
      async (from) => {
        const path = await cloneOf(from);
        await git(path, 'checkout', '-q', '--detach');
        return path;
      },
      /has a detached HEAD: it is at the commit [0-9a-f]{12} and on no branch\. Name the base with --branch, for example --branch main\.$/,
    ],
    [
      'a detached HEAD without any branch',
      async (from) => {
        const path = await cloneOf(from);
        await git(path, 'checkout', '-q', '--detach');
        await git(path, 'branch', '-q', '-D', 'main');
        return path;
      },
      /on no branch\. Create a branch with git switch -c, or give the URL/,
    ],
  ];
  for (const [what, make, says] of refused)
    it(`fails with a sentence of its own for ${what}`, async () => {
      const failure = await new Job({ remote: await make(await origin()) }).fails('clone');
      assert.equal(failure.reason, 'CloneFailed');
      assert.match(failure.message, says);
    });
});

describe('what would keep the branch from being pushed is said before the agent', () => {
  it('a branch of this name that is another’s, with the command that deletes it', async () => {
    const remote = await origin();
    const job = new Job({ remote });
    await git(remote, 'branch', job.branch, 'main');
    const failure = await job.fails('clone');
    assert.equal(failure.reason, 'PushDenied');
    assert.ok(failure.message.includes(`git push ${remote} --delete ${job.branch}`), failure.message);
    await git(remote, 'branch', '-D', job.branch);
    await job.run('clone');
  });

  it('a branch below this name', async () => {
    const remote = await origin();
    const job = new Job({ remote });
    await git(remote, 'branch', `${job.branch}/other`, 'main');
    const failure = await job.fails('clone');
    assert.equal(failure.reason, 'PushDenied');
    assert.match(failure.message, /so there cannot be one/);
    assert.ok(failure.message.endsWith(`--delete ${job.branch}/other`), failure.message);
  });

  it('and not its own branch, which an earlier run pushed: the second run finds it', async () => {
    const remote = await origin();
    const job = new Job({ remote, agent: AGENT });
    const first = await job.all();
    const second = await job.all();
    assert.equal(second.repo?.commit, first.repo?.commit);
    assert.match(job.log, /The branch was pushed by an earlier run of this task/);
  });

  it('and not a branch that a replaced pod pushed with another change: the one that was checked now takes its place', async () => {
    const remote = await origin();
    const job = new Job({ remote, agent: 'date +%s%N > f.txt' });
    const first = await job.all();
    const again = new Job({
      remote,
      agent: 'date +%s%N > f.txt',
      dir: tempFolder(),
      input: { task: job.input.task },
    });
    const second = await again.all();
    assert.notEqual(second.repo?.commit, first.repo?.commit);
    assert.equal(await git(remote, 'rev-parse', job.branch), second.repo?.commit);
    assert.match(
      again.log,
      /pushed by an earlier run of this task, with another change: the one that was checked now/,
    );
  });

  it('but a branch with a commit of a person on top of what a replaced pod pushed', async () => {
    const remote = await origin();
    const job = new Job({ remote, agent: 'date +%s%N > f.txt' });
    await job.run('clone');
    await job.run('work');
    const other = new Job({
      remote,
      agent: 'date +%s%N > f.txt',
      dir: tempFolder(),
      input: { task: job.input.task },
    });
    await other.all();
    const theirs = await commit(remote, { 'g.txt': 'by a person\n' }, job.branch);
    const failure = await job.fails('publish');
    assert.equal(failure.reason, 'PushDenied');
    assert.equal(await git(remote, 'rev-parse', job.branch), theirs);
  });

  it('no right to push, of a token that may only read', async () => {
    const token = 'not-a-real-token-0123456789';
    const github = await startGithub({ tokens: [token] });
    try {
      const { cloneUrl } = await github.createRepo('example-org', 'repo', { files: { 'a.txt': 'one\n' } });
      github.fault('git/receive-pack/refs', {
        status: 403,
        body: 'Write access to repository not granted.',
      });
      const env = { BGTASK_GITHUB_API_URL: github.apiUrl };
      const job = new Job({ remote: cloneUrl, secrets: { forgeToken: token }, env });
      const failure = await job.fails('clone');
      assert.equal(failure.reason, 'PushDenied');
      assert.match(failure.message, /The credential may not push: a token needs contents: write/);
      assert.equal(job.log.includes('Generating changes'), false);
    } finally {
      await github.close();
    }
  });
});
