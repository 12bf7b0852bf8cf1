import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  claimDeletion,
  claimWithFile,
  scanVersions,
  SUPERSEDED_MS,
} from '../../../../src/engine/local/store/versions.ts';
import { removeFolder, stateFolder } from './support.ts';

describe('the versions in a folder', () => {
  let folder: string;
  let draft: string;
  beforeEach(async () => {
    const root = await stateFolder();
    folder = join(root, 'objects');
    draft = join(root, 'draft');
    mkdirSync(folder);
    writeFileSync(draft, 'mine');
  });
  afterEach(() => removeFolder(join(folder, '..')));

  const put = (...files: string[]) => files.forEach((file) => writeFileSync(join(folder, file), 'theirs'));
  const claim = (base: number, since = performance.now()) => ({ folder, name: 'a', base, since });
  const LONG_AGO = -2 * SUPERSEDED_MS;
  const files = () => readdirSync(folder).sort();

  it('are sorted by number for each name, and other files are left out', () => {
    put(
      'a@10.json',
      'a@9.json',
      'b.c@1.json',
      'a@1.json~',
      '.a@1.json.swp',
      'a@0.json',
      'a@01.json',
      'A@1.json',
      'a.json',
    );
    mkdirSync(join(folder, 'a@11.json'));
    assert.deepEqual(
      Object.fromEntries(
        [...scanVersions(folder)].map(([name, all]) => [name, all.map((one) => one.version)]),
      ),
      { a: [9, 10, 11], 'b.c': [1] },
    );
    assert.deepEqual(scanVersions(folder).get('a')?.at(-1), { version: 11, gone: true });
  });

  it('of a folder that is not there are none', () => {
    assert.equal(scanVersions(join(folder, 'no')).size, 0);
  });

  it('the next one is taken once', async () => {
    put('a@1.json');
    const both = await Promise.all([claimWithFile(claim(1), draft), claimWithFile(claim(1), draft)]);
    assert.equal(both.filter(Boolean).length, 1);
  });

  it('a change and a deletion of the same version exclude each other', async () => {
    put('a@1.json');
    assert.equal(await claimDeletion(claim(1)), true);
    assert.equal(await claimWithFile(claim(1), draft), false);
    assert.equal(await claimWithFile(claim(2), draft), true);
    assert.equal(await claimDeletion(claim(2)), false);
    assert.deepEqual(files(), ['a@1.json', 'a@2.json', 'a@3.json']);
  });

  it('a writer stopped for long whose base is gone takes no number again', async () => {
    put('a@7.json');
    assert.equal(await claimWithFile(claim(4, LONG_AGO), draft), false);
    assert.equal(await claimDeletion(claim(4, LONG_AGO)), false);
    assert.deepEqual(files(), ['a@7.json']);
  });

  it('a writer stopped for long whose base is still there has the next number', async () => {
    put('a@4.json');
    assert.equal(await claimWithFile(claim(4, LONG_AGO), draft), true);
    assert.deepEqual(files(), ['a@4.json', 'a@5.json']);
  });

  it('a creator stopped for long does not hide an object made meanwhile', async () => {
    put('a@3.json');
    assert.equal(await claimWithFile(claim(0, LONG_AGO), draft), false);
    assert.deepEqual(files(), ['a@3.json']);
  });

  it('the only version there is of an object is never withdrawn', async () => {
    assert.equal(await claimWithFile(claim(4, LONG_AGO), draft), true);
    assert.deepEqual(files(), ['a@5.json']);
  });
});
