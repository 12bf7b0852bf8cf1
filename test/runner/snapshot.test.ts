import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Job } from '../support/stage/job.ts';
import { git, makeRemote } from '../support/stage/remote.ts';
import { stageProgram } from '../support/stage/process.ts';

const BASE = {
  'a.txt': 'one\n',
  'gone.txt': 'to be deleted\n',
  'dir/inner.txt': 'inner\n',
  'tool.sh': '#!/bin/sh\n',
  '.gitignore': 'ignored/\n',
};

describe('what the agent leaves is the change', () => {
  let remote: string;
  before(async () => {
    remote = await makeRemote(BASE);
  });
  const job = (agent: string, rest: object = {}): Job => new Job({ remote, agent, ...rest });

  it('takes edited, new, deleted and executable files, links as links, and no ignored file', async () => {
    const one = job(`
      echo two > a.txt; rm gone.txt; chmod +x tool.sh; mkdir ignored new && echo x > ignored/x && echo n > new/n
      ln -s /etc/passwd out-of-tree; rm -r dir && ln -s /etc dir`);
    const report = await one.make();
    const tree = await one.snapshot(report);
    assert.deepEqual(await one.changed(report), ['a.txt', 'dir', 'dir/inner.txt', 'gone.txt', 'new/n', 'out-of-tree', 'tool.sh']);
    assert.match(tree.get('tool.sh') ?? '', /^100755/);
    assert.match(tree.get('dir') ?? '', /^120000/);
    assert.equal(await one.show(report, 'dir'), '/etc');
    assert.equal(await one.show(report, 'out-of-tree'), '/etc/passwd');
    assert.equal(report.base, await git(remote, 'rev-parse', 'main'));
  });

  it('takes files whatever they are called', async () => {
    const one = job(`
      echo 1 > "$(printf 'new\\nline')"; echo 1 > '"quoted" name'; echo 1 > 'ünï 文'; echo 1 > ./-rf; echo 1 > ':(top)a'; echo 1 > '*'
      echo 1 > "$(printf 'bad \\377 utf-8')"; echo 1 > '\\back\\slash'; echo 1 > 'tab	'`);
    const report = await one.make();
    assert.deepEqual(
      new Set(await one.changed(report)),
      new Set(['new\nline', '"quoted" name', 'ünï 文', '-rf', ':(top)a', '*', 'bad \ufffd utf-8', '\\back\\slash', 'tab\t']),
    );
    await one.run('publish');
  });

  const git_tricks: [promise: string, agent: string][] = [
    ['commits by itself', 'echo two > a.txt; git -c user.name=x -c user.email=x@example.com commit -qam mine'],
    ['switches the branch', 'git checkout -qb other && echo two > a.txt'],
    ['resets to another history', 'git checkout -q --orphan other && git rm -rq --cached . && echo two > a.txt'],
    ['deletes .git', 'rm -rf .git; echo two > a.txt'],
    ['makes .git a file', 'rm -rf .git; echo "gitdir: /nowhere" > .git; echo two > a.txt'],
    ['makes .git a link', 'mv .git ../elsewhere; ln -s ../elsewhere .git; echo two > a.txt'],
    ['stages something else', 'echo three > a.txt; git add a.txt; echo two > a.txt'],
    ['hides the file from its own git', 'git update-index --assume-unchanged a.txt; echo two > a.txt'],
    ['puts the file times back', 'touch -r a.txt ../time; echo two > a.txt; touch -r ../time a.txt'],
    ['leaves a lock', 'echo two > a.txt; touch .git/index.lock .git/HEAD.lock'],
  ];
  for (const [what, agent] of git_tricks)
    it(`takes the files when the agent ${what}`, async () => {
      const one = job(agent);
      const report = await one.make();
      assert.deepEqual(await one.changed(report), ['a.txt']);
      assert.equal(await one.show(report, 'a.txt'), 'two');
    });

  it('ends well without a change, and nothing is published', async () => {
    const one = job('true');
    assert.equal((await one.make()).snapshot, undefined);
    assert.deepEqual((await one.run('publish')).repo, { status: 'nodiff' });
    assert.match(one.log, /No changes needed/);
  });

  it('leaves repositories inside the checkout out, with or without a commit, and says so', async () => {
    const one = job(`
      git init -q empty; git init -q full && git -C full -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x
      echo two > full/file; echo two > a.txt`);
    const report = await one.make();
    assert.deepEqual(await one.changed(report), ['a.txt']);
    assert.match(one.log, /Repositories inside the checkout are no part of the change: empty, full/);
  });

  const refused: [promise: string, agent: string, says: RegExp][] = [
    ['a file over the limit', 'head -c 1048577 /dev/zero > big.bin', /"big\.bin" of 2 MiB; a file may have 1 MiB/],
    ['a pipe instead of a tracked file', 'rm a.txt; mkfifo a.txt', /cannot be taken from the checkout.*regular files/],
    ['a checkout that is gone', 'rm -rf ../checkout', /The checkout is gone/],
    ['a checkout that became a link', 'mv ../checkout ../moved; ln -s /etc ../checkout', /The checkout is gone/],
  ];
  for (const [what, agent, says] of refused)
    it(`fails with AgentFailed and the reason for ${what}`, async () => {
      const one = job(agent);
      await one.run('clone');
      const failure = await one.fails('work');
      assert.equal(failure.reason, 'AgentFailed');
      assert.match(failure.message, says);
    });

  it('takes a file at the limit, and one over it that git ignores', async () => {
    const one = job('head -c 1048576 /dev/zero > big.bin; mkdir ignored; head -c 2000000 /dev/zero > ignored/big');
    assert.deepEqual(await one.changed(await one.make()), ['big.bin']);
  });

  it('fails with AgentFailed and names a file it may not read', async () => {
    const one = job('echo two > a.txt; echo x > secret; chmod 0 secret');
    await one.run('clone');
    const { program, args } = await stageProgram('work');
    // Root reads everything, unless it gives that up.
    const drop = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'] : ['env'];
    const [first = '', ...others] = [...drop, program, ...args];
    const ended = spawnSync(first, others, { env: { ...one.env }, input: '{}', encoding: 'utf8' });
    assert.equal(ended.status, 1, ended.stderr);
    const report = one.report('work');
    assert.equal(report.reason, 'AgentFailed');
    assert.match(report.error ?? '', /"?secret"?.*Permission denied/);
  });

  const markers: [promise: string, agent: (touch: string) => string][] = [
    ['a filter', (touch) => `git config filter.evil.clean '${touch}; cat'; git config filter.evil.smudge '${touch}; cat'; git config filter.evil.process '${touch}'; git config filter.evil.required true; echo '* filter=evil' > .gitattributes`],
    ['the file-system monitor', (touch) => `git config core.fsmonitor '${touch}'; git config core.fsmonitorHookVersion 1`],
    ['an external diff', (touch) => `git config diff.external '${touch}'; git config diff.evil.textconv '${touch}'; echo '* diff=evil' > .gitattributes`],
    ['hooks', (touch) => `for hook in pre-commit post-index-change reference-transaction post-commit pre-push; do printf '#!/bin/sh\\n${touch}\\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook; done; git config core.hooksPath .git/hooks`],
    ['a filter in the home configuration', (touch) => `git config --global filter.evil.clean '${touch}; cat'; echo '* filter=evil' > .gitattributes`],
    ['a filter in the repository beside the checkout', (touch) => `git -C ../base.git config filter.evil.clean '${touch}; cat'; echo '* filter=evil' > .gitattributes`],
    ['attributes and hooks beside the checkout', (touch) => `git -C ../base.git config filter.evil.clean '${touch}; cat'; mkdir -p ../base.git/info ../evil; echo '* filter=evil' > ../base.git/info/attributes; cp ../base.git/config ../evil; echo ../evil > ../base.git/commondir`],
    ['a repository inside the checkout', (touch) => `git init -q sub; cd sub; git config core.fsmonitor '${touch}'; git config filter.evil.clean '${touch}; cat'; echo '* filter=evil' > .gitattributes; echo x > x; cd ..`],
    ['a promised object', (touch) => `git config remote.origin.promisor true; git config remote.origin.url "ext::sh -c '${touch}'"; git config protocol.ext.allow always; git config extensions.partialClone origin; find .git/objects -type f -delete`],
  ]; // prettier-ignore
  for (const [what, agent] of markers)
    it(`runs nothing that the agent configured: ${what}`, async () => {
      const one = job('true');
      Object.assign(one.input.spec.agent ?? {}, { run: `${agent(`touch ${one.marker}`)}; rm -f ${one.marker}; echo two > a.txt` });
      const report = await one.make();
      assert.equal(existsSync(one.marker), false);
      assert.ok((await one.changed(report)).includes('a.txt'));
      await one.run('publish');
      assert.equal(existsSync(one.marker), false);
    });

  it('looks into no submodule that the agent filled, and leaves its commit as the base has it', async () => {
    const other = await makeRemote({ 'x.txt': 'x\n' });
    const id = await git(other, 'rev-parse', 'main');
    const parent = await makeRemote({ ...BASE, sub: { mode: '160000', text: id }, old: { mode: '160000', text: id } });
    const one = new Job({ remote: parent });
    const touch = `touch ${one.marker}`;
    Object.assign(one.input.spec.agent ?? {}, {
      run: `git clone -q ${other} sub; cd sub; git config core.fsmonitor '${touch}'; git config filter.evil.clean '${touch}; cat'
        echo '* filter=evil' > .gitattributes; echo y > x.txt; git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x
        cd ..; rmdir old; rm -f ${one.marker}; echo two > a.txt`,
    });
    const report = await one.make();
    assert.equal(existsSync(one.marker), false);
    assert.deepEqual(await one.changed(report), ['a.txt', 'old']);
  });

  it('hands over a plain pack even when links wait where it goes', async () => {
    const one = job('rm -rf ../out; ln -s / ../out; echo two > a.txt');
    await one.make();
    assert.deepEqual((await readdir(join(one.dir, 'workspace/out'))).sort(), ['report.json', 'snapshot.pack']);
    const other = job('ln -s /dev/null ../out/snapshot.pack; ln -s /dev/null ../out/report.json; echo two > a.txt');
    await symlink('/dev/null', join(other.dir, 'never'));
    await other.all();
  });
});
