import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Job } from '../support/stage/job.ts';
import { cloned } from '../support/stage/prepared.ts';
import { GIT_ENV } from '../support/stage/remote.ts';

const BASE = {
  '.gitattributes': '* text=auto\n*.rc text working-tree-encoding=UTF-16LE-BOM eol=lf\n',
  'lf.txt': 'one\n',
  // As it was committed before the attributes: git shows such a file as changed, or not, as its index says.
  'crlf.txt': 'one\r\ntwo\r\n',
  'app.rc': 'one\n',
};
const utf16 = (text: string, encoding = 'UTF-16LE'): string => `printf '${text}' | iconv -t ${encoding}`;
const BOM = "printf '\\377\\376'";

/** What the agent does, the paths of the change, and bytes (as hexadecimal digits) of files in the snapshot. */
const CASES: [promise: string, agent: string, changed: string[], bytes: Record<string, string>][] = [
  ['no file that the agent left alone', "printf 'two\\n' > lf.txt", ['lf.txt'], { 'lf.txt': hex('two\n') }],
  ['a line more in a file that has CRLF in the repository', "printf 'three\\r\\n' >> crlf.txt", ['crlf.txt'], { 'crlf.txt': hex('one\r\ntwo\r\nthree\r\n') }],
  ['a new file with CRLF, with line ends as git stores them', "printf 'a\\r\\nb\\r\\n' > new.txt", ['new.txt'], { 'new.txt': hex('a\nb\n') }],
  ['a file that got CRLF and nothing else as no change', "printf 'one\\r\\n' > lf.txt; echo x > other.txt", ['other.txt'], { 'lf.txt': hex('one\n') }],
  ['a binary file with CRLF as it is', "printf 'a\\0\\r\\n' > new.bin", ['new.bin'], { 'new.bin': hex('a\0\r\n') }],
  ['a file of UTF-16 by its attribute, as UTF-8', `{ ${BOM}; ${utf16('two\\n')}; } > app.rc`, ['app.rc'], { 'app.rc': hex('two\n') }],
  ['a new file of UTF-16 by its attribute, as UTF-8', `{ ${BOM}; ${utf16('new\\n')}; } > new.rc`, ['new.rc'], { 'new.rc': hex('new\n') }],
  ['a file of UTF-16 without an attribute as it is', `{ ${BOM}; ${utf16('a\\r\\n')}; } > new16.txt`, ['new16.txt'], { 'new16.txt': `fffe${hex('a\r\n', 'utf16le')}` }],
]; // prettier-ignore

function hex(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('hex');
}

function bytesOf(one: Job, commit: string | undefined, path: string): string {
  const args = ['-C', one.place.base, 'cat-file', 'blob', `${commit}:${path}`];
  return execFileSync('git', args, { env: GIT_ENV }).toString('hex');
}

describe('files whose bytes in the checkout differ from those in the repository', () => {
  for (const [promise, agent, changed, bytes] of CASES)
    it(`takes ${promise}`, async () => {
      const one = (await cloned(BASE, { agent })).job;
      const report = await one.run('work');
      assert.deepEqual(await one.changed(report), changed);
      for (const [path, wanted] of Object.entries(bytes))
        assert.equal(bytesOf(one, report.snapshot, path), wanted, path);
    });

  it('checks files of UTF-16 out as their attribute says', async () => {
    const one = (await cloned(BASE, { agent: 'od -An -tx1 app.rc | tr -d " \\n"; echo x > x.txt' })).job;
    await one.run('work');
    assert.match(one.log, new RegExp(`fffe${hex('one\n', 'utf16le')}`));
  });
});
