import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BASE, NEW, OLD } from '../../support/lfs-repository.ts';
import { LfsServer, oidOf, pointerOf } from '../../support/lfs-server.ts';
import { Job } from '../../support/stage/job.ts';
import { commit, git, makeRemote, tempFolder } from '../../support/stage/remote.ts';

const objectIn = (gitDir: string, content: string): string => {
  const oid = oidOf(content);
  return join(gitDir, 'lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
};

async function withObject(gitDir: string, content = OLD, name = content): Promise<void> {
  const file = objectIn(gitDir, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

const fileOf = (job: Job, path = 'old.bin'): Promise<string> =>
  readFile(join(job.place.checkout, path), 'utf8');

describe('files of Git LFS in a repository of this machine', () => {
  it('come from its own objects, and new ones go there', async () => {
    const remote = await makeRemote(BASE);
    await withObject(remote);
    const job = new Job({ remote, agent: `grep -q old old.bin && printf 'a new picture\\n' > new.bin` });
    await job.all();
    assert.equal(await git(remote, 'show', `${job.branch}:new.bin`), pointerOf(NEW).trimEnd());
    assert.equal(await readFile(objectIn(remote, NEW), 'utf8'), NEW);
  });

  it('come from a checkout and from a worktree of one', async () => {
    const folder = join(tempFolder(), 'clone');
    await git('/', 'clone', '--quiet', await makeRemote(BASE), folder);
    await withObject(join(folder, '.git'));
    await git(folder, 'worktree', 'add', '--quiet', '-b', 'other', `${folder}-tree`);
    for (const remote of [folder, `${folder}-tree`, `file://${folder}`]) {
      const job = new Job({ remote, spec: { repos: [{ input: { url: remote, branch: 'main' } }] } });
      await job.run('clone');
      assert.equal(await fileOf(job), OLD, remote);
    }
  });

  it('stay pointers where it has none, which is said, and a pointer can be moved', async () => {
    const remote = await makeRemote(BASE);
    const job = new Job({ remote, agent: 'mv old.bin moved.bin' });
    await job.all();
    assert.match(job.log, /does not have 1 of them: git lfs fetch --all there gets them/);
    assert.match(job.log, /stay pointers, for agent and checks too \(1\): old\.bin/);
    assert.equal(await git(remote, 'show', `${job.branch}:moved.bin`), pointerOf(OLD).trimEnd());
  });

  it('are refused where an object is not what its name says, and no link is followed', async () => {
    const wrong = await makeRemote(BASE);
    await withObject(wrong, 'an odd picture\n', OLD);
    const failure = await new Job({ remote: wrong }).fails('clone');
    assert.equal(failure.reason, 'CloneFailed');
    assert.match(failure.message, /cannot be copied: other content came than the pointer names/);
    const linked = await makeRemote(BASE);
    await mkdir(dirname(objectIn(linked, OLD)), { recursive: true });
    await writeFile(join(linked, 'elsewhere'), OLD);
    await symlink(join(linked, 'elsewhere'), objectIn(linked, OLD));
    const job = new Job({ remote: linked });
    await job.run('clone');
    assert.equal(await fileOf(job), pointerOf(OLD));
  });

  it('are refused when they are too large, before anything is fetched', async () => {
    const size = 3 * 2 ** 30;
    const remote = await makeRemote({
      ...BASE,
      'old.bin': pointerOf(OLD).replace(/size \d+/, `size ${size}`),
    });
    const failure = await new Job({ remote }).fails('clone');
    assert.match(
      failure.message,
      /"old\.bin" has 3 GiB, over the limit of 2 GiB for one file\. To do without/,
    );
  });

  it('are filled in submodules too, by the submodule’s own repository, and do not change it', async () => {
    const lib = await makeRemote(BASE);
    await withObject(lib);
    const remote = await makeRemote({
      'a.txt': 'one\n',
      'vendor/x': { mode: '160000', text: await git(lib, 'rev-parse', 'main') },
      '.gitmodules': `[submodule "x"]\n\tpath = vendor/x\n\turl = ${lib}\n`,
    });
    const job = new Job({ remote, agent: 'grep -q old vendor/x/old.bin && echo two > a.txt' });
    assert.deepEqual(await job.changed(await job.make()), ['a.txt']);
    assert.doesNotMatch(job.log, /left out of the change/);
  });

  it('are asked for by ssh where the repository is reached by ssh', async () => {
    const server = await new LfsServer().start();
    try {
      const { directory } = await server.repository('r', BASE, [OLD]);
      const ssh = join(tempFolder(), 'ssh');
      const said = JSON.stringify({
        href: `${server.url}/o/r.git/info/lfs`,
        header: { Authorization: 'Basic eDp5' },
      });
      const line = `#!/bin/sh\nfor last; do :; done\ncase $last in\ngit-lfs-authenticate*) echo '${said}' ;;\n*) eval "$last" ;;\nesac\n`;
      await writeFile(ssh, line);
      await chmod(ssh, 0o755);
      process.env['GIT_SSH_COMMAND'] = ssh;
      const env = { BGTASK_USER_GIT_CONFIG: '1', GIT_SSH_COMMAND: ssh };
      const job = new Job({ remote: `ssh://git@git.example.com${directory}`, env });
      // The answer's address is of this machine, and the repository is not.
      const failure = await job.fails('clone');
      assert.equal(failure.reason, 'PushDenied');
      assert.match(failure.message, /http:\/\/127\.0\.0\.1:\d+ is not https/);
    } finally {
      delete process.env['GIT_SSH_COMMAND'];
      await server.close();
    }
  });
});

describe('git in a task’s home', () => {
  it('takes a file with its content for its pointer, and puts the content back', async () => {
    const remote = await makeRemote(BASE);
    await withObject(remote);
    const agent = `set -e; git diff --exit-code; echo changed > old.bin; ! git diff --quiet; git stash -q; grep -q 'an old picture' old.bin; git stash pop -q; grep -q changed old.bin; git add .; git show :old.bin | grep -q 'size 8'; : > empty.bin; git add empty.bin; test -z "$(git show :empty.bin)"`;
    const job = new Job({ remote, agent });
    assert.deepEqual(await job.changed(await job.make()), ['empty.bin', 'old.bin']);
  });
});

it('nothing of Git LFS is made in a repository that has none of it', async () => {
  const remote = await makeRemote({ 'a.txt': 'one\n' });
  const job = new Job({ remote, agent: 'echo two > a.txt' });
  await commit(remote, { 'b.txt': 'b\n' });
  await job.all();
  assert.equal(existsSync(job.place.lfs), false);
});
