import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { file } from '../../../src/runner/forges/file.ts';
import type { ForgeContext, PullRequestDraft } from '../../../src/runner/forges/forge.ts';
import { contextOf, draftOf, temporaryFolder } from './fixtures.ts';

describe('file forge', () => {
  const folder = temporaryFolder();
  let count = 0;
  let outputDir: string;
  const open = async (draft: PullRequestDraft = draftOf(), change: Partial<ForgeContext> = {}) =>
    (await file.create(contextOf({ outputDir, ...change }), {})).open(draft);
  const markdown = () => readFile(join(outputDir, 'upgrade.md'), 'utf8');

  beforeEach(() => {
    outputDir = join(folder, String(++count), 'new');
  });

  it('writes front matter and body, and the patch beside it, and nothing else', async () => {
    const tricky = {
      title: 'a: "b" #c',
      body: '---\nbranch: other\n---\n',
      patch: 'From x\nbinary \u0001\n',
    };
    // A title that the task asks for is part of the draft's title: it never takes its place.
    const options = { title: 'fix: say x', labels: ['chore'], draft: true };
    const { url } = await open(draftOf({ ...tricky, options }));
    assert.match(url, /^file:\/\/\/.*\/upgrade\.md$/);
    const [, front = '', body] = /^---\n([\s\S]*?\n)---\n\n([\s\S]*)$/.exec(await markdown()) ?? [];
    const { createdAt, ...fields } = parse(front) as Record<string, unknown>;
    assert.deepEqual(fields, {
      title: tricky.title,
      base: 'main',
      branch: 'background-task-upgrade',
      labels: ['chore'],
      draft: true,
    });
    assert.ok(!Number.isNaN(Date.parse(String(createdAt))));
    assert.equal(body, tricky.body);
    assert.equal(await readFile(join(outputDir, 'upgrade.patch'), 'utf8'), tricky.patch);
    assert.deepEqual((await readdir(outputDir)).sort(), ['upgrade.md', 'upgrade.patch']);
  });

  it('keeps the time of the first run and shows the change of the last', async () => {
    const first = await open();
    const again = await open(draftOf({ patch: 'second', title: 'Second' }));
    assert.deepEqual(again, { ...first, created: false });
    assert.equal(await readFile(join(outputDir, 'upgrade.patch'), 'utf8'), 'second');
    assert.match(await markdown(), /^title: Second$/m);
  });

  for (const [what, content] of [
    ['of another branch', '---\nbranch: other\nbase: main\ncreatedAt: 2020-01-01T00:00:00.000Z\n---\n'],
    [
      'of another base',
      '---\nbranch: background-task-upgrade\nbase: other\ncreatedAt: 2020-01-01T00:00:00.000Z\n---\n',
    ],
    ['with a bad time', '---\nbranch: background-task-upgrade\nbase: main\ncreatedAt: soon\n---\n'],
    ['with bad front matter', '---\nbranch: [\n---\n'],
    ['without front matter', 'hello'],
  ] as const) {
    it(`writes a file ${what} again`, async () => {
      await mkdir(outputDir, { recursive: true });
      await writeFile(join(outputDir, 'upgrade.md'), content);
      const { created, createdAt } = await open();
      assert.equal(created, true);
      assert.doesNotMatch(createdAt, /^2020/);
      assert.match(await markdown(), /^branch: background-task-upgrade$/m);
    });
  }

  it('replaces links and pipes, and neither follows nor waits for them', async () => {
    await mkdir(outputDir, { recursive: true });
    const outside = join(outputDir, '..', 'outside');
    const theirs =
      '---\nbranch: background-task-upgrade\nbase: main\ncreatedAt: 2020-01-01T00:00:00.000Z\n---\n';
    await writeFile(outside, theirs);
    await symlink(outside, join(outputDir, 'upgrade.md'));
    await symlink(join(outputDir, '..', 'dangling'), join(outputDir, 'upgrade.patch'));
    assert.equal((await open()).created, true);
    assert.equal(await readFile(outside, 'utf8'), theirs);
    assert.deepEqual(await readdir(join(outputDir, '..')), ['new', 'outside']);
    assert.ok((await lstat(join(outputDir, 'upgrade.patch'))).isFile());
    execFileSync('mkfifo', [join(outputDir, 'pipe.md')]);
    assert.equal((await open(draftOf(), { task: 'pipe' })).created, true);
  });

  for (const task of ['../escape', 'a/b', '', '.', 'UPPER', 'x'.repeat(64)]) {
    it(`refuses the task name ${JSON.stringify(task).slice(0, 20)}`, async () => {
      await assert.rejects(open(draftOf(), { task }), { name: 'StageError', reason: 'PullRequestFailed' });
    });
  }

  it('says where it could not write and why, and leaves no half a file', async () => {
    await mkdir(join(outputDir, 'upgrade.md'), { recursive: true });
    const told = (cause: RegExp) => (error: Error & { reason?: string }) =>
      error.reason === 'PullRequestFailed' && error.message.includes(outputDir) && cause.test(error.message);
    await assert.rejects(open(), told(/a folder has this name.*branch background-task-upgrade is pushed/));
    assert.deepEqual(
      (await readdir(outputDir)).filter((name) => name.startsWith('.')),
      [],
    );
    outputDir = join(outputDir, 'upgrade.patch');
    await assert.rejects(open(), told(/a part of its path is a file/));
  });

  it('leaves nothing behind when the disk gives out in the middle', async () => {
    // A limit on the size of files fails a write half-way, as a full disk does.
    const program = `import('${new URL('../../../src/engine/atomic-file.ts', import.meta.url).href}')
      .then(({ writeAtomic }) => writeAtomic(process.argv[1], 'x'.repeat(1 << 20)))
      .catch((error) => console.log(error.code))`;
    await mkdir(outputDir, { recursive: true });
    const shell = `ulimit -f 8; exec "$0" --import tsx -e "$1" "$2"`;
    const args = ['-c', shell, process.execPath, program, join(outputDir, 'big')];
    assert.equal(execFileSync('bash', args, { encoding: 'utf8' }).trim(), 'EFBIG');
    assert.deepEqual(await readdir(outputDir), []);
  });
});
