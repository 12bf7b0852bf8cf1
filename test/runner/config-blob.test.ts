import assert from 'node:assert/strict';
import { readConfigBlob } from '../../src/runner/config-blob.ts';
import { makeRemote, tempFolder } from '../support/stage/remote.ts';

const CASES: readonly [what: string, text: string, said: [string, string][]][] = [
  ['keys with their values', '[a "B c"]\n\tx = 1\n\tx = 2\n', [['a.B c.x', '1'], ['a.B c.x', '2']]],
  ['a key without a value as true', '[a]\n\tx\n', [['a.x', 'true']]],
  ['a value of two lines', '[a]\n\tx = "1\\n2"\n', [['a.x', '1\n2']]],
  ['nothing of a file that it includes', '[include]\n\tpath = /etc/hostname\n', [['include.path', '/etc/hostname']]],
  ['an empty file', '', []],
]; // prettier-ignore

describe('readConfigBlob', () => {
  for (const [what, text, said] of CASES)
    it(`reads ${what}`, async () => {
      const remote = await makeRemote({ '.file': text });
      assert.deepEqual(await readConfigBlob(remote, 'main', '.file'), said);
    });

  it('reads nothing from a commit without the file', async () => {
    assert.deepEqual(await readConfigBlob(await makeRemote({ a: 'x' }), 'main', '.file'), []);
  });

  it('fails for a file that git cannot read: it is not absent', async () => {
    const remote = await makeRemote({ '.file': '[a\nx = 1\n' });
    await assert.rejects(readConfigBlob(remote, 'main', '.file'), {
      reason: 'CloneFailed',
      message: /^The file \.file cannot be read\. Git said: error: bad config line 1 in blob main:\.file/,
    });
  });

  it('fails outside of a repository', async () => {
    await assert.rejects(readConfigBlob(tempFolder(), 'main', '.file'), /not a git repository/);
  });
});
