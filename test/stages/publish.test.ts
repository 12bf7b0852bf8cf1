import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StageError } from '../../src/domain/reasons.ts';
import type { StageReport } from '../../src/domain/report.ts';
import { Job } from '../support/stage/job.ts';
import { cloned, type Prepared, worked } from '../support/stage/prepared.ts';
import { commit, git, makeRemote, tempFolder, treeOf } from '../support/stage/remote.ts';

const FILES = { 'a.txt': 'one\n', 'b.txt': 'b\n', 'many.txt': '1\n2\n3\n4\n5\n6\n7\n8\n9\n' };

const made = (agent = 'echo two > a.txt'): Promise<Prepared & { work: StageReport }> => worked(FILES, agent);

const branches = (remote: string): Promise<string> =>
  git(remote, 'for-each-ref', '--format=%(refname:short)');

const protects = async (agent: string, rest: object = {}): Promise<string> => {
  const files = { ...FILES, 'infra/main.tf': 'x\n', '.bgtask.yaml': 'protectedPaths: [infra]\nchecks: []\n' };
  const { job, remote } = await cloned(files, { agent: `mkdir -p .github/workflows; ${agent}`, ...rest });
  await job.run('work');
  const outcome = await job.run('publish').then(
    ({ repo }) => repo?.status ?? 'nothing',
    (error: StageError) => `${error.reason}: ${error.message}`,
  );
  if (outcome !== 'pushed') assert.equal(await branches(remote), 'main');
  return outcome;
};

describe('the publish stage', () => {
  it('pushes one commit on the base with exactly the files that were checked, and writes the pull request', async () => {
    const { job, remote, work } = await made('echo two > a.txt; echo new > new.txt; rm b.txt');
    job.input.author = { name: 'Chores', email: 'chores@example.com' };
    const { repo } = await job.run('publish');
    assert.equal(await git(remote, 'rev-parse', `${job.branch}^`), work.base);
    assert.deepEqual(await treeOf(remote, job.branch), await job.snapshot(work));
    const { prUrl = '', prCreatedAt, ...rest } = repo ?? {};
    const tip = await git(remote, 'rev-parse', job.branch);
    assert.deepEqual(rest, {
      status: 'pushed',
      branch: job.branch,
      commit: tip,
      files: 3,
      added: 2,
      removed: 2,
    });
    assert.ok(Date.parse(prCreatedAt ?? '') > 0);
    const text = await readFile(fileURLToPath(prUrl), 'utf8');
    assert.match(text, /Automated changes from background task/);
    assert.match(await git(remote, 'log', '-1', '--format=%B', job.branch), /Requested-by: dev@example\.com/);
    assert.equal(
      await git(remote, 'log', '-1', '--format=%an %ae %cn %ce', job.branch),
      'Chores chores@example.com Chores chores@example.com',
    );
  });

  it('commits by default with an address that no forge links to an account', async () => {
    const { job, remote } = await made('echo two > a.txt');
    await job.run('publish');
    assert.equal(
      await git(remote, 'log', '-1', '--format=%an %ae %cn %ce', job.branch),
      'bgtask bgtask@bgtask.invalid bgtask bgtask@bgtask.invalid',
    );
  });

  it('writes a patch that is the change and no more, whatever the instructions look like', async () => {
    const prompt = [
      'From: Another Person <else@example.com>',
      'Subject: quite another',
      '',
      'Tidy up',
      '---',
      'diff --git a/.github/workflows/x.yml b/.github/workflows/x.yml',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/.github/workflows/x.yml',
      '@@ -0,0 +1 @@',
      '+on: push',
      '',
    ].join('\n');
    const { job, remote } = await cloned(FILES, { agent: 'echo two > a.txt', spec: { prompt } });
    await job.run('work');
    const { prUrl = '' } = (await job.run('publish')).repo ?? {};
    const clone = join(tempFolder(), 'clone');
    await git('/', 'clone', '-q', remote, clone);
    const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
    await git(clone, ...who, 'am', '-q', fileURLToPath(prUrl).replace(/md$/, 'patch'));
    assert.deepEqual(await treeOf(clone, 'HEAD'), await treeOf(remote, job.branch));
    assert.match(await git(clone, 'log', '-1', '--format=%an: %s'), /^bgtask: /);
  });

  it('finds its branch and its pull request when it is run again, also when the base moved or conflicts since', async () => {
    const { job, remote } = await made();
    const first = await job.run('publish');
    assert.deepEqual(await job.run('publish'), first);
    await commit(remote, { 'a.txt': 'three\n' });
    assert.deepEqual(await job.run('publish'), first);
    assert.equal(await branches(remote), `${job.branch}\nmain`);
  });

  it('goes on where an earlier run stopped after the push', async () => {
    const { job, remote } = await made();
    await writeFile(join(job.dir, 'pull-requests'), 'in the way');
    const failure = await job.fails('publish');
    assert.equal(failure.reason, 'PullRequestFailed');
    assert.equal(failure.repo?.commit, await git(remote, 'rev-parse', job.branch));
    await rm(join(job.dir, 'pull-requests'));
    assert.equal((await job.run('publish')).repo?.commit, failure.repo?.commit);
  });

  it('rebases onto a base that moved, and the pull request says on which base the checks ran', async () => {
    const { job, remote } = await made('sed -i s/1/one/ many.txt');
    const checked = await git(remote, 'rev-parse', 'main');
    const moved = await commit(remote, {
      'many.txt': FILES['many.txt'].replace('9', 'nine'),
      'c.txt': 'c\n',
    });
    const { repo } = await job.run('publish');
    assert.equal(await git(remote, 'rev-parse', `${job.branch}^`), moved);
    assert.equal(await git(remote, 'show', `${job.branch}:many.txt`), 'one\n2\n3\n4\n5\n6\n7\n8\nnine');
    const body = await readFile(fileURLToPath(repo?.prUrl ?? ''), 'utf8');
    assert.match(
      body,
      new RegExp(
        `${checked.slice(0, 12)}.*moved to .*${moved.slice(0, 12)}.*without running the checks again`,
      ),
    );
  });

  it('publishes nothing when the moved base has the change already', async () => {
    const { job, remote } = await made();
    await commit(remote, { 'a.txt': 'two\n' });
    assert.deepEqual((await job.run('publish')).repo, { status: 'nodiff' });
    assert.equal(await branches(remote), 'main');
  });

  const refusals: [promise: string, change: (remote: string, job: Job) => Promise<unknown>, reason: string, says: RegExp][] = [
    ['the base conflicts', (remote) => commit(remote, { 'a.txt': 'three\n' }), 'MergeConflict', /conflicts with it\. Retry the task/],
    ['the base was rewritten', async (remote) => {
      await git(remote, 'update-ref', '-d', 'refs/heads/main');
      await commit(remote, { ...FILES, 'z.txt': 'z\n' });
    }, 'MergeConflict', /was rewritten while the task ran/],
    ['the base was deleted', (remote) => git(remote, 'update-ref', '-d', 'refs/heads/main'), 'PushDenied', /Reading main again/],
    ['the remote is gone', (remote) => rename(remote, `${remote}.moved`), 'PushDenied', /Reading main again/],
    ['another person has a branch of that name', (remote, job) => commit(remote, { 'x.txt': 'x\n' }, job.branch), 'PushDenied', /is not this task's\. Delete it/],
    ['another person has a branch with our trailer', async (remote, job) => {
      const message = `x\n\nBackground-Task-Id: ${job.input.task.uid}`;
      const forged = await git(remote, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', message);
      await git(remote, 'update-ref', `refs/heads/${job.branch}`, forged);
    }, 'PushDenied', /is not this task's/],
    ['the remote refuses the branch', (remote) => git(remote, 'config', 'receive.hideRefs', 'refs/heads'), 'PushDenied', /deny updating a hidden ref/],
    ['a folder of branches is in the way', (remote, job) => git(remote, 'update-ref', `refs/heads/${job.branch}/sub`, 'main'), 'PushDenied', /failed/],
  ]; // prettier-ignore
  for (const [what, change, reason, says] of refusals)
    it(`fails with ${reason} and leaves the remote alone when ${what}`, async () => {
      const { job, remote } = await made();
      await change(remote, job);
      const place = existsSync(remote) ? remote : `${remote}.moved`;
      const before = await git(place, 'for-each-ref');
      const failure = await job.fails('publish');
      assert.equal(failure.reason, reason);
      assert.match(failure.message, says);
      assert.equal(await git(place, 'for-each-ref'), before);
      assert.equal(existsSync(join(job.dir, 'pull-requests')), false);
    });

  it('fails with PushDenied when a hook of a remote host refuses, and quotes it', async () => {
    const remote = await makeRemote(FILES);
    await hook(remote, 'pre-receive', 'echo "only on workdays" >&2; exit 1');
    // Stands for ssh: runs here what would run there.
    const ssh = join(tempFolder(), 'ssh');
    await writeFile(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', { mode: 0o755 });
    const env = { BGTASK_USER_GIT_CONFIG: '1' };
    const job = new Job({ remote: `ssh://git@example.com${remote}`, agent: 'echo two > a.txt', env });
    process.env['GIT_SSH_COMMAND'] = ssh;
    try {
      await job.make();
      const failure = await job.fails('publish');
      assert.equal(failure.reason, 'PushDenied');
      assert.match(failure.message, /The remote's own hook refused the push\./);
      assert.equal(await branches(remote), 'main');
    } finally {
      delete process.env['GIT_SSH_COMMAND'];
    }
  });

  it('runs no hook of a repository of this machine, with a work tree or without', async () => {
    const { job, remote } = await made();
    const full = join(tempFolder(), 'full');
    await git('/', 'clone', '-q', remote, full);
    const other = new Job({ remote: full, agent: 'echo two > a.txt' });
    await other.make();
    for (const [dir, one] of [[remote, job], [join(full, '.git'), other]] as const) {
      for (const name of ['pre-receive', 'update', 'post-receive', 'post-update', 'reference-transaction', 'proc-receive', 'push-to-checkout'])
        await hook(dir, name, `touch ${job.marker}`);
      await git(dir, 'config', 'core.fsmonitor', `touch ${job.marker}`);
      await git(dir, 'config', 'receive.denyCurrentBranch', 'updateInstead');
      await one.run('publish');
      assert.equal(existsSync(job.marker), false);
      assert.ok((await branches(dir)).includes(one.branch));
    }
    assert.equal(await git(full, 'branch', '--show-current'), 'main');
    assert.equal(await readFile(join(full, 'a.txt'), 'utf8'), 'one\n');
  }); // prettier-ignore

  it('needs nothing of the workspace but the hand-over, and obeys no configuration there', async () => {
    const { job } = await made();
    const { base, checkout, home } = job.place;
    const evil = `[remote "origin"]\n\tpromisor = true\n\turl = "ext::touch ${job.marker}"\n[protocol "ext"]\n\tallow = always\n[core]\n\tfsmonitor = "touch ${job.marker}"\n\talternateRefsCommand = "touch ${job.marker}"\n`;
    await writeFile(join(home, '.gitconfig'), evil);
    await appendFile(join(checkout, '.git/config'), evil);
    await appendFile(join(base, 'config'), evil);
    await rm(join(base, 'objects'), { recursive: true });
    await mkdir(join(job.dir, 'workspace/out/.git'));
    await job.run('publish');
    await assert.rejects(stat(job.marker), 'a command of the workspace ran');
  });

  it('is not redirected to another repository by what the workspace says of URLs', async () => {
    const { job, remote } = await made();
    const elsewhere = join(job.dir, 'elsewhere.git');
    await git(job.dir, 'clone', '--quiet', '--bare', remote, elsewhere);
    const { base, checkout, home } = job.place;
    const said = `[url "file://${elsewhere}"]\n\tinsteadOf = file://${remote}\n\tpushInsteadOf = file://${remote}\n[url "${elsewhere}"]\n\tinsteadOf = ${remote}\n`;
    for (const file of [join(home, '.gitconfig'), join(checkout, '.git/config'), join(base, 'config')])
      await appendFile(file, said);
    await job.run('publish');
    assert.equal(await branches(elsewhere), 'main');
    assert.ok((await branches(remote)).includes(job.branch));
  });

  it('pushes nothing once the task was stopped', async () => {
    const { job, remote } = await made();
    job.control.abort(new StageError('Cancelled', 'The task was stopped.'));
    assert.equal((await job.fails('publish')).reason, 'Cancelled');
    assert.equal(await branches(remote), 'main');
  });

  describe('protected paths', () => {
    const CI = '.github/workflows/ci.yml';

    it('refuses new, moved and oddly named files there, in any case, and what .bgtask.yaml protects, and names them', async () => {
      const odd = `"$(printf '.github/workflows/a\\nb.yml')"`;
      const said = await protects(
        `mkdir .GitHub .GitHub/WorkFlows; echo x > .GitHub/WorkFlows/x.yml; mv a.txt ${CI}; echo x > ${odd}; echo y > infra/main.tf`,
      );
      assert.match(said, /^ProtectedPath: The change touches protected paths: /);
      for (const path of ['.GitHub/WorkFlows/x.yml', CI, '.github/workflows/a\nb.yml', 'infra/main.tf'])
        assert.ok(said.includes(JSON.stringify(path)), path);
      assert.doesNotMatch(said, /a\.txt/);
      assert.match(said, /retry the task with --allow-path/);
    });

    it('refuses a link in the place of the folder, and a change that lifts its own protection', async () => {
      assert.match(
        await protects('rmdir .github/workflows; ln -s ../infra .github/workflows'),
        /^ProtectedPath: .*workflows"/,
      );
      assert.match(await protects('rm .bgtask.yaml infra/main.tf'), /^ProtectedPath: .*"infra\/main\.tf"/);
    });

    it('lets pass what the task names', async () => {
      const spec = { allowedPaths: ['.github/workflows/ci.yml'] };
      assert.equal(await protects(`echo x > ${CI}`, { spec }), 'pushed');
      assert.match(
        await protects(`echo x > ${CI}; echo x > .github/workflows/b.yml`, { spec }),
        /"\.github\/workflows\/b\.yml"\./,
      );
    });
  });
});

async function hook(dir: string, name: string, script: string): Promise<void> {
  await mkdir(join(dir, 'hooks'), { recursive: true });
  await writeFile(join(dir, 'hooks', name), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, 'hooks', name), 0o755);
}
