import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absoluteRepository, namedRepository, repositoryRoot } from '../../src/cli/repository.ts';

describe('repositories on the command line', () => {
  for (const [text, url] of [
    ['.', '/work/app'],
    ['..', '/work'],
    ['../b', '/work/b'],
    ['/srv/git/app.git', '/srv/git/app.git'],
    ['sub/folder', '/work/app/sub/folder'],
    ['~/app', '/home/alex/app'],
    ['~', '/home/alex'],
    ['path:.', '/work/app'],
    ['path:../b', '/work/b'],
    ['path:~/app', '/home/alex/app'],
    ['https://example.com/o/r', 'https://example.com/o/r'],
    ['git@example.com:o/r.git', 'git@example.com:o/r.git'],
    ['ext::sh', 'ext::sh'],
    ['--upload-pack=x', '--upload-pack=x'],
  ] as const) {
    it(`${text} is ${url}`, () => assert.equal(absoluteRepository(text, '/work/app', '/home/alex'), url));
  }

  describe('on disk', () => {
    let folder: string;
    before(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'bgtask-repository-')));
      mkdirSync(join(folder, 'app/.git'), { recursive: true });
      mkdirSync(join(folder, 'app/src/deep'), { recursive: true });
      mkdirSync(join(folder, 'bare.git/objects'), { recursive: true });
      mkdirSync(join(folder, 'bare.git/HEAD'));
    });
    after(() => rmSync(folder, { recursive: true }));

    it('a folder inside a repository means the repository, bare ones too', () => {
      assert.equal(repositoryRoot(join(folder, 'app/src/deep')), join(folder, 'app'));
      assert.equal(repositoryRoot(join(folder, 'bare.git')), join(folder, 'bare.git'));
      assert.equal(namedRepository('src', join(folder, 'app')), join(folder, 'app'));
    });
    it('a path that is not a folder, or not in a repository, is refused with what to do', () => {
      assert.throws(() => repositoryRoot(join(folder, 'none')), {
        code: 'Usage',
        message: /there is no folder/,
      });
      assert.throws(() => repositoryRoot(folder), { code: 'Usage', hint: /git init/ });
      assert.equal(namedRepository('none', folder), join(folder, 'none'));
    });
  });
});
