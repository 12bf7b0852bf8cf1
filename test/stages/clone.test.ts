import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startGithub } from '../support/github-standin/start.ts';
import { Job } from '../support/stage/job.ts';
import { commit, filesBelow, git, GIT_ENV, makeRemote, tempFolder } from '../support/stage/remote.ts';

const inodes = async (dir: string): Promise<Set<number>> =>
  new Set(await Promise.all((await filesBelow(dir)).map(async (file) => (await stat(file)).ino)));

describe('the clone stage', () => {
  let remote: string;
  let first: string;
  before(async () => {
    remote = await makeRemote({ 'a.txt': 'one\n', 'bin/run': { mode: '100755', text: '#!/bin/sh\n' } });
    first = await git(remote, 'rev-parse', 'main');
    await commit(remote, { 'b.txt': 'other\n' }, 'feature/x');
  });

  it('takes the default branch when the task names none', async () => {
    await git(remote, 'symbolic-ref', 'HEAD', 'refs/heads/feature/x');
    try {
      const job = new Job({ remote });
      const report = await job.run('clone');
      assert.equal(report.base, await git(remote, 'rev-parse', 'feature/x'));
      assert.equal(await git(job.place.checkout, 'branch', '--show-current'), 'feature/x');
    } finally {
      await git(remote, 'symbolic-ref', 'HEAD', 'refs/heads/main');
    }
  });

  it('takes the named branch, and what its commit says of modes', async () => {
    const job = new Job({ remote, spec: { repos: [{ input: { url: remote, branch: 'main' } }] } });
    assert.deepEqual(await job.run('clone'), { stage: 'clone', ok: true, progress: 20, base: first });
    assert.equal(await git(job.place.checkout, 'status', '--porcelain'), '');
    assert.equal((await stat(join(job.place.checkout, 'bin/run'))).mode & 0o111, 0o111);
  });

  const failures: [
    promise: string,
    url: () => string | Promise<string>,
    branch: string | undefined,
    says: RegExp,
  ][] = [
    ['a missing branch', () => remote, 'nowhere', /^Branch "nowhere" not found in .*\. Check --branch\./],
    [
      'an empty repository',
      () => makeRemote(undefined),
      undefined,
      /^Default branch not found in .*: the repository is empty/,
    ],
    [
      'a missing repository',
      () => join(tempFolder(), 'gone.git'),
      undefined,
      /Check the URL, and that the credential may see it/,
    ],
    ['a folder without a repository', () => tempFolder(), undefined, /Check the URL/],
    [
      'a host that is not there',
      () => 'https://127.0.0.1:1/example-org/repo',
      undefined,
      /The host cannot be reached/,
    ],
    ['a URL that would run a program', () => 'ext::sh -c "touch /tmp/never"', undefined, /not allowed/],
  ];
  for (const [what, url, branch, says] of failures)
    it(`fails with CloneFailed and the next step for ${what}`, async () => {
      const job = new Job({ remote: '', spec: { repos: [{ input: { url: await url(), branch } }] } });
      const failure = await job.fails('clone');
      assert.equal(failure.reason, 'CloneFailed');
      assert.match(failure.message, says);
    });

  it('reads a repository by path and by file URL, with every character a path may have', async () => {
    const path = join(tempFolder(), 'a %41 b & ü.git');
    await makeRemote({ 'a.txt': 'odd\n' }, { path });
    for (const url of [path, pathToFileURL(path).href]) {
      const job = new Job({ remote: url });
      await job.run('clone');
      assert.equal(await readFile(join(job.place.checkout, 'a.txt'), 'utf8'), 'odd\n');
    }
  });

  it('clones a repository with SHA-256 object names, and its change is published', async () => {
    const modern = await makeRemote({ 'a.txt': 'one\n' }, { objectFormat: 'sha256' });
    const report = await new Job({ remote: modern, agent: 'echo two > a.txt' }).all();
    assert.match(report.repo?.commit ?? '', /^[0-9a-f]{64}$/);
  });

  it('shares no file by hard link with the repository, and none between the pristine copy and the workspace', async () => {
    const job = new Job({ remote });
    await job.run('clone');
    const folders = [remote, join(job.dir, 'pristine'), join(job.dir, 'workspace')];
    const [theirs, pristine, workspace] = await Promise.all(folders.map(inodes));
    for (const inode of workspace ?? []) assert.ok(!pristine?.has(inode) && !theirs?.has(inode));
    for (const inode of pristine ?? []) assert.ok(!theirs?.has(inode));
  });

  it('starts from nothing when it is run again', async () => {
    const job = new Job({ remote });
    await job.run('clone');
    const { checkout, pristine, report, home } = job.place;
    for (const file of [join(checkout, 'left'), join(pristine, 'left'), report, join(home, '.gitconfig')])
      await writeFile(file, 'left over');
    await job.run('clone');
    const left = (await filesBelow(job.dir)).filter((file) => /left$|report\.json$|\.gitconfig$/.test(file));
    assert.deepEqual(left, []);
    assert.equal(await git(checkout, 'status', '--porcelain'), '');
  });

  it('leaves the agent a checkout with the true origin that cannot be pushed to by habit', async () => {
    const own = await makeRemote({ 'a.txt': 'one\n' });
    const job = new Job({ remote: own });
    await job.run('clone');
    assert.equal(await git(job.place.checkout, 'remote', 'get-url', 'origin'), own);
    await assert.rejects(
      git(job.place.checkout, 'push', 'origin', 'HEAD:refs/heads/stray'),
      /the-publish-stage-pushes/,
    );
    assert.equal(await git(own, 'for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  });

  it('leaves no credential in any file, and none in the log', async () => {
    const token = 'not-a-real-token-0123456789';
    const github = await startGithub({ tokens: [token] });
    try {
      const { cloneUrl } = await github.createRepo('example-org', 'repo', { files: { 'a.txt': 'one\n' } });
      const env = { BGTASK_GITHUB_API_URL: github.apiUrl };
      const job = new Job({ remote: cloneUrl, secrets: { forgeToken: token }, env });
      await job.run('clone');
      const sought = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
      for (const file of await filesBelow(job.dir)) {
        const text = await readFile(file, 'latin1');
        assert.ok(!sought.some((secret) => text.includes(secret)), `${file} holds the token`);
      }
      assert.ok(github.requests.length > 0);
    } finally {
      await github.close();
    }
  });

  it('runs nothing that the source repository asks for: hooks, configured commands, fetches of its own', async () => {
    const hostile = await makeRemote({
      'a.txt': 'one\n',
      'b.txt': 'two\n',
      '.gitattributes': '* filter=evil\n',
    });
    const job = new Job({ remote: hostile });
    const run = `touch ${job.marker}`;
    await mkdir(join(hostile, 'hooks'), { recursive: true });
    for (const hook of ['post-upload-pack', 'pre-upload-pack', 'reference-transaction', 'post-checkout']) {
      await writeFile(join(hostile, 'hooks', hook), `#!/bin/sh\n${run}\n`);
      await chmod(join(hostile, 'hooks', hook), 0o755);
    }
    await appendFile(
      join(hostile, 'config'),
      [
        '[uploadpack]', `packObjectsHook = "${run}; exec"`,
        '[core]', `alternateRefsCommand = "${run}; true"`, `fsmonitor = "${run}"`, `sshCommand = "${run}"`, `gitProxy = "${run}"`,
        '[filter "evil"]', `smudge = "${run}; cat"`, `clean = "${run}; cat"`, 'required = true',
        '[protocol "ext"]', 'allow = always',
        '[extensions]', 'partialClone = evil',
        '[remote "evil"]', `url = "ext::${run}"`, 'promisor = true', 'partialclonefilter = blob:none',
      ].join('\n'),
    ); // prettier-ignore
    const alternate = await makeRemote({ 'c.txt': 'three\n' });
    await mkdir(join(hostile, 'objects/info'), { recursive: true });
    await writeFile(join(hostile, 'objects/info/alternates'), `${alternate}/objects\n`);
    await job.run('clone');
    await assert.rejects(stat(job.marker), 'a command of the source repository ran');

    // A blob that is missing makes git fetch it from the promisor: from `ext::`, a program.
    execFileSync('git', ['-C', hostile, 'unpack-objects', '-q'], {
      env: GIT_ENV,
      input: await movedPack(hostile),
    });
    const blob = await git(hostile, 'rev-parse', 'main:b.txt');
    await rm(join(hostile, 'objects', blob.slice(0, 2), blob.slice(2)));
    assert.equal((await job.fails('clone')).reason, 'CloneFailed');
    await assert.rejects(stat(job.marker), 'the source repository fetched from its promisor');
  });
});

/** Takes the only pack out of a repository; its bytes. */
async function movedPack(dir: string): Promise<Buffer> {
  const packs = (await readdir(join(dir, 'objects/pack'))).filter((name) => name.endsWith('.pack'));
  const pack = packs[0];
  if (pack === undefined) {
    await git(dir, 'repack', '-adq');
    return movedPack(dir);
  }
  const aside = join(tempFolder(), pack);
  await rename(join(dir, 'objects/pack', pack), aside);
  await rm(join(dir, 'objects/pack', pack.replace(/pack$/, 'idx')));
  return readFile(aside);
}
