import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readUntrusted } from '../../src/engine/untrusted-file.ts';

describe('a file that untrusted programs can write', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-untrusted-'));
    file = join(folder, 'file');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const rows: [what: string, make: () => void, text: string | undefined][] = [
    ['is read', () => writeFileSync(file, 'four'), 'four'],
    ['is read when it is empty', () => writeFileSync(file, ''), ''],
    ['is not read when it is larger than asked', () => writeFileSync(file, 'fives'), undefined],
    ['is not read when it does not exist', () => undefined, undefined],
    ['is not read when it is a folder', () => mkdirSync(file), undefined],
    ['is not read when it is a link', () => symlinkSync('/etc/hostname', file), undefined],
    ['is not waited for when it is a pipe', () => void execFileSync('mkfifo', [file]), undefined],
    ['is not read when it is a device', () => symlinkSync('/dev/zero', file), undefined],
  ];
  for (const [what, make, text] of rows)
    it(what, async () => {
      make();
      assert.equal((await readUntrusted(file, 4))?.toString('utf8'), text);
    });

  it('is not read when its name is a device', async () =>
    assert.equal(await readUntrusted('/dev/zero', 4), undefined));
});
