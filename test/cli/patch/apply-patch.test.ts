import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applyPatch } from '../../../src/cli/patch/apply-patch.ts';
import { changedFiles, namedFiles } from '../../../src/cli/patch/files.ts';
import { type Content, git, makeRemote, tempFolder } from '../../support/stage/remote.ts';

const FILES: Record<string, Content> = { 'a.txt': 'one\ntwo\nthree\n', 'sub/b.txt': 'b\n' };
const RULES = { protectedPaths: ['.github/workflows/**'], allowedPaths: [] as string[] };

async function checkout(files = FILES): Promise<string> {
  const folder = join(tempFolder(), 'checkout');
  await git('.', 'clone', '--quiet', await makeRemote(files), folder);
  return folder;
}

/** The patch of what a change does to a checkout. */
async function patchOf(change: (folder: string) => void, files = FILES): Promise<Buffer> {
  const folder = await checkout(files);
  change(folder);
  await git(folder, 'add', '--all');
  return Buffer.from(`${await git(folder, 'diff', '--cached', '--binary', '--full-index', '-M')}\n`);
}

const write =
  (path: string, text: string | Buffer) =>
  (folder: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

/** A patch that makes a new file, as written by hand. */
const made = (path: string, mode = '100644', line = 'x'): Buffer =>
  Buffer.from(
    `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`,
  );

describe('applying a kept change', () => {
  it('puts it into the files and the index, from a folder below too', async () => {
    const patch = await patchOf((folder) => {
      write('a.txt', 'one\n2\nthree\n')(folder);
      write('new.bin', Buffer.from([0, 1, 2]))(folder);
    });
    const folder = await checkout();
    const { files, conflicts } = await applyPatch(patch, { ...RULES, cwd: join(folder, 'sub') });
    assert.deepEqual([files.sort(), conflicts], [['a.txt', 'new.bin'], []]);
    assert.equal(await git(folder, 'status', '--porcelain'), 'M  a.txt\nA  new.bin');
    assert.deepEqual(readFileSync(join(folder, 'new.bin')), Buffer.from([0, 1, 2]));
  });

  it('merges it where the checkout has moved on', async () => {
    const patch = await patchOf(write('a.txt', 'one\ntwo\n3\n'));
    const folder = await checkout();
    write('a.txt', 'zero\none\ntwo\nthree\n')(folder);
    await git(folder, 'commit', '--quiet', '-am', 'on');
    await applyPatch(patch, { ...RULES, cwd: folder });
    assert.equal(readFileSync(join(folder, 'a.txt'), 'utf8'), 'zero\none\ntwo\n3\n');
  });

  it('leaves marks and names the files of a conflict', async () => {
    const patch = await patchOf(write('a.txt', 'one\nTHEIRS\nthree\n'));
    const folder = await checkout();
    write('a.txt', 'one\nOURS\nthree\n')(folder);
    await git(folder, 'commit', '--quiet', '-am', 'on');
    assert.deepEqual((await applyPatch(patch, { ...RULES, cwd: folder })).conflicts, ['a.txt']);
    assert.match(readFileSync(join(folder, 'a.txt'), 'utf8'), /<<<<<<<[^]*OURS[^]*THEIRS[^]*>>>>>>>/);
  });

  it('changes nothing where the files have changes of their own, and says what to do', async () => {
    const patch = await patchOf(write('a.txt', 'one\n2\nthree\n'));
    const folder = await checkout();
    write('a.txt', 'mine\n')(folder);
    await assert.rejects(applyPatch(patch, { ...RULES, cwd: folder }), { code: 'Conflict', hint: /Commit or stash/ });
    assert.equal(readFileSync(join(folder, 'a.txt'), 'utf8'), 'mine\n');
  }); // prettier-ignore

  it('is refused outside of a checkout', async () => {
    await assert.rejects(applyPatch(made('x'), { ...RULES, cwd: tempFolder() }), { code: 'Usage' });
  });

  const hostile: [string, string][] = [
    ["git's own configuration", '.git/config'],
    ["git's own files in another case", '.GIT/hooks/pre-commit'],
    ["git's own files by their short name", 'git~1/config'],
    ["git's own files with a sign that macOS leaves out", '.g\u200cit/config'],
    ['a repository below', 'sub/.git/config'],
    ['a file above the checkout', '../outside'],
    ['a file by its absolute path', '/tmp/outside'],
    ['a protected path', '.github/workflows/ci.yml'],
    ['a protected path in another case', '.GitHub/Workflows/ci.yml'],
  ];
  for (const [what, path] of hostile)
    it(`refuses ${what}`, async () => {
      const folder = await checkout();
      await assert.rejects(applyPatch(made(path), { ...RULES, cwd: folder }), { code: 'Forbidden', message: /not applied/ });
      assert.equal(await git(folder, 'status', '--porcelain'), '');
    }); // prettier-ignore

  it('refuses a file that is moved out of a protected path', async () => {
    const files = { ...FILES, '.github/workflows/ci.yml': 'on: push\nname: ci\n' };
    const patch = await patchOf((folder) => {
      write('ci.yml', 'on: push\nname: ci\n')(folder);
      writeFileSync(join(folder, '.github/workflows/ci.yml'), '');
    }, files);
    await assert.rejects(applyPatch(patch, { ...RULES, cwd: await checkout(files) }), { code: 'Forbidden' });
  });

  it('takes a protected path that is allowed', async () => {
    const folder = await checkout();
    await applyPatch(made('.github/workflows/ci.yml'), { ...RULES, allowedPaths: ['.github/workflows/*'], cwd: folder });
    assert.ok(existsSync(join(folder, '.github/workflows/ci.yml')));
  }); // prettier-ignore

  it('does not write through a link that the change makes', async () => {
    const folder = await checkout();
    const outside = tempFolder();
    const link = `diff --git a/out b/out\nnew file mode 120000\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+${outside}\n\\ No newline at end of file\n`;
    const patch = Buffer.concat([Buffer.from(link), made('out/x')]);
    await assert.rejects(applyPatch(patch, { ...RULES, cwd: folder }), { code: 'Conflict' });
    assert.equal(existsSync(join(outside, 'x')), false);
  });

  it('names a renamed file by both of its names', async () => {
    const patch = await patchOf((folder) => {
      const text = 'one\ntwo\nthree\n';
      write('moved.txt', text)(folder);
      writeFileSync(join(folder, 'a.txt'), '');
    });
    assert.ok((await namedFiles(patch)).includes('a.txt'));
    assert.ok((await changedFiles(patch)).includes('moved.txt'));
  });

  it('is refused in words when git cannot read it', async () => {
    await assert.rejects(changedFiles(Buffer.from('no patch\n')), { code: 'Invalid' });
  });
});
