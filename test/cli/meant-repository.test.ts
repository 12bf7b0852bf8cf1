import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { meantRepository } from '../../src/cli/meant-repository.ts';
import { GIT_ENV, makeRemote, tempFolder } from '../support/stage/remote.ts';

const git = (cwd: string, ...args: string[]): void => {
  execFileSync('git', args, { cwd, env: GIT_ENV });
};

/** A clone whose `origin` is said to be at a URL. */
async function clone(url?: string): Promise<string> {
  const path = join(tempFolder(), 'app');
  git('/', 'clone', '-q', await makeRemote({ 'a.txt': 'one\n', '.gitignore': '*.log\n' }), path);
  if (url !== undefined) git(path, 'remote', 'set-url', 'origin', url);
  return path;
}

const meant = (text: string, cwd: string, where: { local?: boolean; branch?: string } = {}) =>
  meantRepository(text, { cwd, local: true, ...where });

const FORGE = 'https://github.com/example-org/app.git';

describe('the repository that --repo means', () => {
  const origins: [what: string, origin: string, url: string][] = [
    ['a forge', FORGE, FORGE],
    ['a forge by ssh', 'git@github.com:example-org/app.git', 'git@github.com:example-org/app.git'],
    [
      'a forge, without the token in the URL',
      'https://u:not-a-token@gitlab.example.com/o/r',
      'https://gitlab.example.com/o/r',
    ],
    ['a path', '/srv/git/app.git', '/srv/git/app.git'],
  ];
  for (const [what, origin, url] of origins)
    it(`of . in a clone is its origin: ${what}`, async () => {
      const path = await clone(origin);
      const { note, warnings, ...rest } = await meant('.', path);
      assert.deepEqual([rest.url, warnings], [url, []]);
      assert.equal(
        note,
        `The repository is ${url}, which . was cloned from (--repo path:. means the folder itself).`,
      );
    });

  it('of a folder in a clone, its path, and of a worktree is the same', async () => {
    const path = await clone(FORGE);
    mkdirSync(join(path, 'src'));
    git(path, 'worktree', 'add', '-q', '-b', 'side', '../tree');
    for (const text of ['src', path, pathToFileURL(path).pathname, '../tree'])
      assert.equal((await meant(text, path)).url, FORGE, text);
  });

  it('is also that of a cluster, which cannot reach the folder', async () => {
    const path = await clone(FORGE);
    const { url, note } = await meant('.', path, { local: false });
    assert.deepEqual([url, note], [FORGE, `The repository is ${FORGE}, which . was cloned from.`]);
  });

  it('is a relative origin from the clone’s root', async () => {
    const path = await clone('../other.git');
    mkdirSync(join(path, 'src'));
    assert.equal((await meant('src', path)).url, join(dirname(path), 'other.git'));
  });

  it('is the folder itself for path:, without an origin, and for a bare repository', async () => {
    const path = await clone(FORGE);
    assert.deepEqual(await meant('path:.', path), { url: path, warnings: [] });
    assert.deepEqual(await meant(`path:${basename(path)}`, dirname(path)), { url: path, warnings: [] });
    git(path, 'remote', 'remove', 'origin');
    assert.deepEqual(await meant('.', path), { url: path, warnings: [] });
    const bare = await makeRemote({ 'a.txt': 'one\n' });
    git(bare, 'remote', 'add', 'origin', FORGE);
    assert.deepEqual(await meant('.', bare), { url: bare, warnings: [] });
  });

  it('is a URL as it stands', async () => {
    assert.deepEqual(await meant(FORGE, '/'), { url: FORGE, warnings: [] });
  });
});

const change = (path: string): void => {
  appendFileSync(join(path, 'a.txt'), 'two\n');
  writeFileSync(join(path, 'new.txt'), 'new\n');
  writeFileSync(join(path, 'x.log'), 'ignored\n');
};
const push = (path: string): void => git(path, 'commit', '-q', '--allow-empty', '-m', 'mine');

describe('what the task will not have is said first', () => {
  const rows: [what: string, text: string, edit: (path: string) => void, warnings: string[]][] = [
    ['uncommitted work', '.', change, [
      'The task does not see uncommitted changes in 2 files: commit and push first to have that in it.',
    ]],
    ['an unpushed commit', '.', push, [
      'The task does not see 1 unpushed commit: commit and push first to have that in it.',
    ]],
    ['both, and another branch', '.', (path) => {
      git(path, 'switch', '-q', '-c', 'mine');
      push(path);
      push(path);
      change(path);
    }, [
      'The task does not see uncommitted changes in 2 files and 2 unpushed commits: commit and push first to have that in it.',
      'The base is main, not mine, which you are on: --branch mine takes that.',
    ]],
    ['uncommitted work of the folder itself, whose commits are all there', 'path:.', (path) => {
      push(path);
      change(path);
    }, ['The task does not see uncommitted changes in 2 files: commit first to have that in it.']],
    ['nothing, when all is pushed', '.', () => undefined, []],
  ]; // prettier-ignore
  for (const [what, text, edit, warnings] of rows)
    it(what, async () => {
      const path = await clone(FORGE);
      edit(path);
      assert.deepEqual((await meant(text, path)).warnings, warnings);
    });

  it('no other branch, when --branch names the base', async () => {
    const path = await clone(FORGE);
    git(path, 'switch', '-q', '-c', 'mine');
    assert.deepEqual((await meant('.', path, { branch: 'main' })).warnings, []);
  });
});
