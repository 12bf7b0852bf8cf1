import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readRepo, subRepo } from '../../src/checks/repo-files.ts';
import { memoryRepo } from './memory-repo.ts';

describe('readRepo', () => {
  let root: string;
  let dir: string;
  const put = (path: string, content: string | Uint8Array = ''): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };

  const makeFifo = (path: string): void => {
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(dir, path)]);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bgtask-repo-'));
    dir = join(root, 'checkout');
    mkdirSync(dir);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('lists regular files, sorted, with / between folders', () => {
    for (const path of ['b/c.txt', 'a.txt', '.github/workflows/ci.yml']) put(path, path);
    const files = readRepo(dir);
    assert.deepEqual(files.paths, ['.github/workflows/ci.yml', 'a.txt', 'b/c.txt']);
    assert.equal(files.read('b/c.txt'), 'b/c.txt');
    assert.equal(files.has('b'), false);
    assert.equal(files.read('absent'), undefined);
  });

  it('leaves out dependencies, build results and the git folder', () => {
    for (const name of ['.git', 'node_modules', 'vendor', 'target', 'dist', '.venv']) put(`${name}/x`);
    put('src/node_modules/x');
    put('src/x');
    assert.deepEqual(readRepo(dir).paths, ['src/x']);
  });

  it('never follows a link, neither of a file nor of a folder, inside or outside', () => {
    put('inside/file', 'here');
    writeFileSync(join(root, 'secret'), 'outside');
    mkdirSync(join(root, 'outside'));
    writeFileSync(join(root, 'outside', 'package.json'), '{}');
    symlinkSync('../secret', join(dir, 'link-out'));
    symlinkSync('inside/file', join(dir, 'link-in'));
    symlinkSync('../outside', join(dir, 'folder-out'));
    symlinkSync('.', join(dir, 'loop'));
    const files = readRepo(dir);
    assert.deepEqual(files.paths, ['inside/file']);
    assert.equal(files.read('link-out'), undefined);
    assert.equal(files.read('folder-out/package.json'), undefined);
    assert.equal(files.read('../secret'), undefined);
  });

  it('reads nothing through a file that became a link or a pipe after it was listed', () => {
    writeFileSync(join(root, 'secret'), 'outside');
    put('a', 'a');
    put('b', 'b');
    const files = readRepo(dir);
    unlinkSync(join(dir, 'a'));
    symlinkSync('../secret', join(dir, 'a'));
    unlinkSync(join(dir, 'b'));
    makeFifo('b');
    assert.equal(files.read('a'), undefined);
    assert.equal(files.read('b'), undefined);
  });

  it('does not wait for a pipe or list one', () => {
    makeFifo('package.json');
    assert.deepEqual(readRepo(dir).paths, []);
  });

  it('cuts a file at 1 MiB, and not inside a character', () => {
    put('big', `${'a'.repeat(1_048_575)}é${'b'.repeat(100)}`);
    put('sparse', 'x');
    truncateSync(join(dir, 'sparse'), 8 * 1024 ** 3);
    const files = readRepo(dir);
    assert.equal(files.read('big'), 'a'.repeat(1_048_575));
    assert.equal(files.read('sparse')?.length, 1_048_576);
  });

  it('gives no text for what is not UTF-8', () => {
    put('binary', new Uint8Array([0x66, 0xff, 0xfe]));
    const files = readRepo(dir);
    assert.equal(files.has('binary'), true);
    assert.equal(files.read('binary'), undefined);
  });

  it('lists no more paths than the limit, the nearest to the root first', () => {
    for (const path of ['a/1', 'a/2', 'a/3', 'b/1', 'b/c/1', 'z']) put(path);
    assert.deepEqual(readRepo(dir, { paths: 4, folders: 100 }).paths, ['a/1', 'a/2', 'a/3', 'z']);
    assert.deepEqual(readRepo(dir, { paths: 100, folders: 2 }).paths, ['a/1', 'a/2', 'a/3', 'z']);
  });

  it('leaves out names with control characters', () => {
    put('a\u001b[31m');
    put('b');
    assert.deepEqual(readRepo(dir).paths, ['b']);
  });

  it('says what to give when it is given no folder', () => {
    put('file');
    for (const path of [join(dir, 'absent'), join(dir, 'file')]) {
      assert.throws(() => readRepo(path), new Error(`${path} is not a folder: give the path of a checkout`));
    }
  });
});

describe('subRepo', () => {
  it('shows a folder as the root', () => {
    const files = subRepo(memoryRepo({ 'a/x': '1', 'ab/y': '2', z: '3' }), 'a');
    assert.deepEqual(files.paths, ['x']);
    assert.equal(files.read('x'), '1');
    assert.equal(files.has('z'), false);
  });
});
