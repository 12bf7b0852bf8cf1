import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageError } from '../../src/domain/reasons.ts';
import type { StageReport } from '../../src/domain/report.ts';
import { Job } from '../support/stage/job.ts';
import { git, gitInput, GIT_ENV, makeRemote } from '../support/stage/remote.ts';

/** A raw tree object, which git itself would refuse to write. */
function tree(dir: string, entries: readonly [mode: string, name: string, id: string][]): string {
  const body = Buffer.concat(
    entries.map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    ),
  );
  const args = ['-C', dir, 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally'];
  return execFileSync('git', args, { env: GIT_ENV, input: body, encoding: 'utf8' }).trim();
}

describe('what the work stage leaves is data to publish', () => {
  let job: Job;
  let report: StageReport;
  let base: string;
  let good: string;
  before(async () => {
    const remote = await makeRemote({
      'a.txt': 'one\n',
      'b/c.txt': 'c\n',
      '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = https://example.com/sub\n\tignore = all\n',
    });
    job = new Job({ remote, agent: 'echo two > a.txt' });
    report = await job.make();
    base = report.base ?? '';
    good = join(job.dir, 'good');
    await cp(join(job.dir, 'workspace/out'), good, { recursive: true });
  });
  beforeEach(async () => {
    await rm(join(job.dir, 'workspace/out'), { recursive: true, force: true });
    await cp(good, join(job.dir, 'workspace/out'), { recursive: true });
  });
  afterEach(async () => {
    const remote = job.input.spec.repos?.[0]?.input?.url ?? '';
    assert.equal(
      await git(remote, 'for-each-ref', '--format=%(refname)'),
      'refs/heads/main',
      'something was pushed',
    );
    await assert.rejects(stat(job.marker), 'a command ran');
  });
  const refuses = async (says: RegExp, reason = 'RunnerLost'): Promise<StageError> => {
    const failure = await job.fails('publish');
    assert.match(failure.message, says);
    assert.equal(failure.reason, reason);
    return failure;
  };

  const reports: [promise: string, make: (path: string) => unknown][] = [
    ['is missing', () => undefined],
    ['is a link', async (path) => {
      await writeFile(`${path}.real`, JSON.stringify(report));
      await symlink(`${path}.real`, path);
    }],
    ['is a pipe without a writer', (path) => execFileSync('mkfifo', [path])],
    ['is a folder', (path) => mkdir(path)],
    ['is too big', (path) => writeFile(path, JSON.stringify(report).padEnd(5000))],
    ['is not JSON', (path) => writeFile(path, '{')],
    ['is not a report', (path) => writeFile(path, '{"ok":true}')],
    ['is of another stage', (path) => writeFile(path, JSON.stringify({ ...report, stage: 'publish' }))],
    ['says that the stage failed', (path) => writeFile(path, JSON.stringify({ ...report, ok: false }))],
    ['names no commit', (path) => writeFile(path, JSON.stringify({ ...report, snapshot: '--output=/tmp/x' }))],
  ]; // prettier-ignore
  for (const [what, make] of reports)
    it(`publishes nothing when the report ${what}`, async () => {
      await rm(job.place.report);
      await make(job.place.report);
      await refuses(/left no readable report/);
    });

  const packs: [promise: string, make: (path: string) => unknown, says: RegExp][] = [
    ['is missing', () => undefined, /left no readable change/],
    ['is a link', async (path) => {
      await rename(join(job.dir, 'workspace/out/was'), `${path}.real`);
      await symlink(`${path}.real`, path);
    }, /left no readable change/],
    ['is a pipe without a writer', (path) => execFileSync('mkfifo', [path]), /left no readable change/],
    ['is a repository that would run a program', (path) => makeHostileRepository(path, job.marker), /left no readable change/],
    ['is garbage', (path) => writeFile(path, 'PACKgarbage'), /cannot be read/],
    ['is empty', (path) => writeFile(path, ''), /cannot be read/],
    ['is cut off', async (path) => writeFile(path, execFileSync('head', ['-c', '60', join(good, 'snapshot.pack')])), /cannot be read/],
  ]; // prettier-ignore
  for (const [what, make, says] of packs)
    it(`publishes nothing when the pack ${what}`, async () => {
      await rename(job.place.pack, join(job.dir, 'workspace/out/was'));
      await make(job.place.pack);
      await refuses(says);
    });

  /** Hands over a commit made in the work stage's repository, as a hostile stage would. */
  async function handOver(commit: string, objects: readonly string[]): Promise<void> {
    const pack = execFileSync('git', ['-C', job.place.base, 'pack-objects', '--stdout', '-q'], {
      env: GIT_ENV,
      input: `${[commit, ...objects].join('\n')}\n`,
    });
    await writeFile(job.place.pack, pack);
    await writeFile(job.place.report, JSON.stringify({ ...report, snapshot: commit }));
  }
  const commitOf = (root: string, parents = [base]): Promise<string> =>
    git(job.place.base, 'commit-tree', root, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'x');
  const blob = (text: string): Promise<string> =>
    gitInput(job.place.base, text, 'hash-object', '-w', '--stdin');

  const trees: [promise: string, name: string, kind: 'file' | 'folder', says: RegExp][] = [
    ['a file named .git', '.git', 'file', /contains '\.git'/],
    ['a folder named .GIT', '.GIT', 'folder', /contains '\.git'/],
    ['a folder named ..', '..', 'folder', /contains '\.\.'/],
    ['a name with a slash', 'a/b', 'file', /full pathname/],
    ['a name that a Mac takes for .git', '.g\u200cit', 'folder', /contains '\.git'/],
  ];
  for (const [what, name, kind, says] of trees)
    it(`refuses a change with ${what}`, async () => {
      const file = await blob('x\n');
      const inner = tree(job.place.base, [['100644', 'config', file]]);
      const entry: [string, string, string] =
        kind === 'file' ? ['100644', name, file] : ['40000', name, inner];
      const root = tree(job.place.base, [entry]);
      await handOver(await commitOf(root), [root, inner, file]);
      await refuses(says);
    });

  it('refuses a .gitmodules that would run a program where it is cloned', async () => {
    const modules = await blob('[submodule "x"]\n\tpath = x\n\turl = -u./evil\n');
    const root = tree(job.place.base, [['100644', '.gitmodules', modules]]);
    await handOver(await commitOf(root), [root, modules]);
    await refuses(/gitmodules/i);
  });

  it('refuses a commit of another repository in the place of a folder', async () => {
    const root = tree(job.place.base, [['160000', 'sub', base]]);
    await handOver(await commitOf(root), [root]);
    await refuses(/adds a submodule or nested repository at "sub"/, 'AgentFailed');
  });

  it('refuses a change whose objects are not all there', async () => {
    const root = tree(job.place.base, [['100644', 'a.txt', await blob('missing\n')]]);
    await handOver(await commitOf(root), [root]);
    await refuses(/cannot be read/);
  });

  it('refuses a file over the limit although the work stage let it pass', async () => {
    const file = await blob('x'.repeat(1_048_577));
    const root = tree(job.place.base, [['100644', 'big.txt', file]]);
    await handOver(await commitOf(root), [root, file]);
    await refuses(/"big\.txt", which is over the limit of 1048576 bytes/, 'AgentFailed');
  });

  it('refuses a change that stands on another commit than the base, or on several', async () => {
    const root = await git(job.place.base, 'rev-parse', `${report.snapshot}^{tree}`);
    const file = await git(job.place.base, 'rev-parse', `${report.snapshot}:a.txt`);
    const orphan = await commitOf(root, []);
    await handOver(orphan, [root, file]);
    await refuses(/does not stand on the base/);
    await handOver(await commitOf(root, [base, orphan]), [root, file, orphan]);
    await refuses(/does not stand on the base/);
  });

  it('refuses a report that names another commit than the pack holds', async () => {
    await writeFile(job.place.report, JSON.stringify({ ...report, snapshot: '0123456789'.repeat(4) }));
    await refuses(/cannot be read/);
  });
});

/** A repository whose configuration names programs that a fetch from it would run. */
async function makeHostileRepository(path: string, marker: string): Promise<void> {
  await makeRemote({ 'a.txt': 'x\n' }, { path });
  await appendFile(
    join(path, 'config'),
    `[uploadpack]\n\tpackObjectsHook = "touch ${marker}; exec"\n[core]\n\talternateRefsCommand = "touch ${marker}; true"\n`,
  );
}
