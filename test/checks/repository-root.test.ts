import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../src/checks/repository-root.ts';

describe('repositoryRoot', () => {
  let dir = '';
  beforeEach(() => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'root-')));
    mkdirSync(join(dir, 'src', 'deep'), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is found from a folder below it', () => {
    mkdirSync(join(dir, '.git'));
    assert.equal(repositoryRoot(join(dir, 'src', 'deep')), dir);
  });

  it('is the worktree, whose .git is a file', () => {
    mkdirSync(join(dir, '.git'));
    writeFileSync(join(dir, 'src', '.git'), 'gitdir: ../.git/worktrees/src\n');
    assert.equal(repositoryRoot(join(dir, 'src', 'deep')), join(dir, 'src'));
  });

  it('is the folder itself where no repository holds it', () => {
    assert.equal(repositoryRoot(join(dir, 'src')), join(dir, 'src'));
  });
});
