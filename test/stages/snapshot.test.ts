import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../support/stage/job.ts';
import { cloned } from '../support/stage/prepared.ts';
import { git, makeRemote } from '../support/stage/remote.ts';
import { stageProgram } from '../support/stage/process.ts';

const BASE = {
  'a.txt': 'one\n',
  'gone.txt': 'to be deleted\n',
  'dir/inner.txt': 'inner\n',
  'tool.sh': '#!/bin/sh\n',
  '.gitignore': 'ignored/\n',
};

const job = async (agent: string): Promise<Job> => (await cloned(BASE, { agent })).job;

describe('what the agent leaves is the change', () => {
  it('takes edited, new, deleted and executable files, links as links, and no ignored file', async () => {
    const one = await job(`
      echo two > a.txt; rm gone.txt; chmod +x tool.sh; mkdir ignored new && echo x > ignored/x && echo n > new/n
      ln -s /etc/passwd out-of-tree; rm -r dir && ln -s /etc dir`);
    const report = await one.run('work');
    const tree = await one.snapshot(report);
    assert.deepEqual(await one.changed(report), [
      'a.txt',
      'dir',
      'dir/inner.txt',
      'gone.txt',
      'new/n',
      'out-of-tree',
      'tool.sh',
    ]);
    assert.match(tree.get('tool.sh') ?? '', /^100755/);
    assert.match(tree.get('dir') ?? '', /^120000/);
    assert.equal(await one.show(report, 'dir'), '/etc');
    assert.equal(await one.show(report, 'out-of-tree'), '/etc/passwd');
    assert.equal(report.base, await git(one.place.pristine, 'rev-parse', 'main'));
  });

  it('takes files whatever they are called', async () => {
    const one = await job(`
      echo 1 > "$(printf 'new\\nline')"; echo 1 > '"quoted" name'; echo 1 > 'ünï 文'; echo 1 > ./-rf; echo 1 > ':(top)a'; echo 1 > '*'
      echo 1 > "$(printf 'bad \\377 utf-8')"; echo 1 > '\\back\\slash'; echo 1 > 'tab	'`);
    const report = await one.run('work');
    assert.deepEqual(
      new Set(await one.changed(report)),
      new Set([
        'new\nline',
        '"quoted" name',
        'ünï 文',
        '-rf',
        ':(top)a',
        '*',
        'bad \ufffd utf-8',
        '\\back\\slash',
        'tab\t',
      ]),
    );
    await one.run('publish');
  });

  const tricks: [promise: string, agent: string][] = [
    [
      'commits by itself',
      'echo two > a.txt; git -c user.name=x -c user.email=x@example.com commit -qam mine',
    ],
    [
      'goes to another history',
      'git checkout -q --orphan other && git rm -rq --cached . && echo two > a.txt',
    ],
    ['deletes .git', 'rm -rf .git; echo two > a.txt'],
    ['makes .git a file', 'rm -rf .git; echo "gitdir: /nowhere" > .git; echo two > a.txt'],
    ['makes .git a link', 'mv .git ../elsewhere; ln -s ../elsewhere .git; echo two > a.txt'],
    [
      'stages something else, hides the file from its git and leaves locks',
      'echo three > a.txt; git add a.txt; git update-index --assume-unchanged a.txt; echo two > a.txt; touch .git/index.lock',
    ],
    ['puts the file times back', 'touch -r a.txt ../time; echo two > a.txt; touch -r ../time a.txt'],
  ];
  for (const [what, agent] of tricks)
    it(`takes the files when the agent ${what}`, async () => {
      const one = await job(agent);
      const report = await one.run('work');
      assert.deepEqual(await one.changed(report), ['a.txt']);
      assert.equal(await one.show(report, 'a.txt'), 'two');
    });

  it('ends well without a change, and nothing is published', async () => {
    const one = await job('true');
    assert.equal((await one.run('work')).snapshot, undefined);
    assert.deepEqual((await one.run('publish')).repo, { status: 'nodiff' });
    assert.match(one.log, /No changes needed/);
  });

  it('leaves repositories inside the checkout out, with or without a commit, and says so', async () => {
    const one = await job(`
      git init -q empty; git init -q full && git -C full -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x
      echo two > full/file; echo two > a.txt`);
    const report = await one.run('work');
    assert.deepEqual(await one.changed(report), ['a.txt']);
    assert.match(one.log, /Repositories inside the checkout are left out of the change: empty, full/);
  });

  const replaced: [promise: string, agent: string, changed: string[]][] = [
    ['a folder instead of a file', 'rm a.txt; mkdir a.txt; echo x > a.txt/x', ['a.txt', 'a.txt/x']],
    ['a file instead of a folder', 'rm -r dir; echo x > dir', ['dir', 'dir/inner.txt']],
    ['an empty folder instead of a file', 'rm a.txt; mkdir a.txt', ['a.txt']],
    ['a link instead of a file', 'ln -sf tool.sh a.txt', ['a.txt']],
    ['a repository instead of a file', 'rm a.txt; git init -q a.txt; echo y > tool.sh', ['tool.sh']],
  ];
  for (const [what, agent, changed] of replaced)
    it(`takes ${what} as git does`, async () => {
      const one = await job(agent);
      assert.deepEqual(await one.changed(await one.run('work')), changed);
    });

  const refused: [promise: string, agent: string, says: RegExp][] = [
    [
      'a file over the limit',
      'head -c 1048577 /dev/zero > big.bin',
      /"big\.bin" of 1\.1 MiB; a file may have 1 MiB/,
    ],
    [
      'a pipe instead of a tracked file',
      'rm a.txt; mkfifo a.txt',
      /cannot be taken from the checkout.*a\.txt: unsupported file type/,
    ],
    ['a checkout that is gone', 'rm -rf ../checkout', /The checkout is gone/],
    [
      'a checkout that became a link',
      'mv ../checkout ../moved; ln -s /etc ../checkout',
      /The checkout is gone/,
    ],
  ];
  for (const [what, agent, says] of refused)
    it(`fails with AgentFailed and the reason for ${what}`, async () => {
      const one = await job(agent);
      const failure = await one.fails('work');
      assert.equal(failure.reason, 'AgentFailed');
      assert.match(failure.message, says);
    });

  it('takes a file at the limit, and one over it that git ignores', async () => {
    const one = await job(
      'head -c 1048576 /dev/zero > big.bin; mkdir ignored; head -c 2000000 /dev/zero > ignored/big',
    );
    assert.deepEqual(await one.changed(await one.run('work')), ['big.bin']);
  });

  it('fails with AgentFailed and names a file it may not read', async () => {
    const one = await job('echo two > a.txt; echo x > secret; chmod 0 secret');
    const { program, args } = await stageProgram('work');
    // Root reads everything, unless it gives that up.
    const drop =
      process.getuid?.() === 0
        ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all']
        : ['env'];
    const [first = '', ...others] = [...drop, program, ...args];
    const ended = spawnSync(first, others, { env: { ...one.env }, input: '{}', encoding: 'utf8' });
    assert.equal(ended.status, 1, ended.stderr);
    const report = one.report('work');
    assert.equal(report.reason, 'AgentFailed');
    assert.match(report.error ?? '', /"?secret"?.*Permission denied/);
  });

  const markers: [promise: string, agent: (touch: string) => string][] = [
    ['filters, monitors, diff programs and hooks in .git', (touch) => `
      for key in filter.evil.clean filter.evil.smudge; do git config $key '${touch}; cat'; done; git config filter.evil.required true
      git config filter.evil.process '${touch}'; git config diff.external '${touch}'; git config diff.evil.textconv '${touch}'
      echo '* filter=evil diff=evil' > .gitattributes; git config core.fsmonitor '${touch}'; git config core.hooksPath .git/hooks
      for hook in pre-commit post-index-change reference-transaction post-commit pre-push; do
        printf '#!/bin/sh\\n${touch}\\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook; done`],
    ['a filter in the home configuration', (touch) => `
      git config --global filter.evil.clean '${touch}; cat'; echo '* filter=evil' > .gitattributes`],
    ['filters in the repository beside the checkout', (touch) => `
      git -C ../base.git config filter.evil.clean '${touch}; cat'; mkdir -p ../base.git/info ../evil
      echo '* filter=evil' | tee .gitattributes > ../base.git/info/attributes; cp ../base.git/config ../evil; echo ../evil > ../base.git/commondir`],
    ['a repository inside the checkout', (touch) => `
      git init -q sub; git -C sub config core.fsmonitor '${touch}'; git -C sub config filter.evil.clean '${touch}; cat'
      echo '* filter=evil' > sub/.gitattributes; echo x > sub/x`],
    ['a promised object', (touch) => `
      git config remote.origin.promisor true; git config remote.origin.url "ext::${touch}"; git config protocol.ext.allow always
      git config extensions.partialClone origin; find .git/objects -type f -delete`],
  ]; // prettier-ignore
  for (const [what, agent] of markers)
    it(`runs nothing that the agent configured: ${what}`, async () => {
      const one = await job('true');
      Object.assign(one.input.spec.agent ?? {}, {
        run: `${agent(`touch ${one.marker}`)}; rm -f ${one.marker}; echo two > a.txt`,
      });
      const report = await one.run('work');
      assert.equal(existsSync(one.marker), false);
      assert.ok((await one.changed(report)).includes('a.txt'));
    });

  it('looks into no submodule that the agent filled, and leaves its commit as the base has it', async () => {
    const other = await makeRemote({ 'x.txt': 'x\n' });
    const link = { mode: '160000', text: await git(other, 'rev-parse', 'main') };
    const { job: one } = await cloned({ ...BASE, filled: link, moved: link, old: link });
    const touch = `touch ${one.marker}`;
    Object.assign(one.input.spec.agent ?? {}, {
      run: `
        for sub in filled moved; do
          git clone -q ${other} $sub; git -C $sub config core.fsmonitor '${touch}'; git -C $sub config filter.evil.clean '${touch}; cat'
          echo '* filter=evil' > $sub/.gitattributes; echo y > $sub/x.txt
        done
        git -C moved -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x
        rmdir old; rm -f ${one.marker}; echo two > a.txt`,
    });
    const report = await one.run('work');
    assert.equal(existsSync(one.marker), false);
    assert.deepEqual(await one.changed(report), ['a.txt', 'old']);
    assert.match(one.log, /Repositories inside the checkout are left out of the change: filled, moved/);
  });

  it('hands over a plain pack even when links wait where it goes', async () => {
    const one = await job('rm -rf ../out; ln -s / ../out; echo two > a.txt');
    await one.run('work');
    assert.deepEqual((await readdir(join(one.dir, 'workspace/out'))).sort(), [
      'report.json',
      'snapshot.pack',
    ]);
    const other = await job(
      'ln -s /dev/null ../out/snapshot.pack; ln -s /dev/null ../out/report.json; echo two > a.txt',
    );
    await symlink('/dev/null', join(other.dir, 'never'));
    await other.run('work');
    await other.run('publish');
  });
});
