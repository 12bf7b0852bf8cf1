import assert from 'node:assert/strict';
import { pointerOf } from '../support/lfs-server.ts';
import { cloned } from '../support/stage/prepared.ts';

const POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';
const BASE = {
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\nsecret/** filter=git-crypt\n*.ipynb filter=nbstripout\n',
  'old.bin': POINTER,
  'secret/key': '\0GITCRYPT\0xyz',
  'a.txt': 'one\n',
}; // prettier-ignore

const job = async (agent: string) => (await cloned(BASE, { agent })).job;

describe('files that belong into Git LFS, or into the repository encrypted', () => {
  const refused: [what: string, agent: string, says: RegExp][] = [
    ['one of a path that the change takes out of it', 'echo > .gitattributes; echo x > new.bin', /"new\.bin", which \.gitattributes says is kept in Git LFS, and is not any more/],
    ['an encrypted one', 'echo plain > secret/key', /"secret\/key", which \.gitattributes says is encrypted by a filter/],
    ['a new encrypted one', 'echo plain > secret/other', /"secret\/other"/],
  ]; // prettier-ignore
  for (const [what, agent, says] of refused)
    it(`are never published as they are: ${what}`, async () => {
      const failure = await (await job(agent)).fails('work');
      assert.equal(failure.reason, 'AgentFailed');
      assert.match(failure.message, says);
    });

  const pointers: [what: string, agent: string, path: string, content: string][] = [
    ['a new one', 'printf xyz > new.bin', 'new.bin', 'xyz'],
    ['one in the place of a pointer', 'printf xyz > old.bin', 'old.bin', 'xyz'],
    ['one of a path that the change puts into Git LFS', "echo '*.dat filter=lfs' >> .gitattributes; printf xyz > new.dat", 'new.dat', 'xyz'],
    ['an empty one', ': > new.bin', 'new.bin', ''],
  ]; // prettier-ignore
  for (const [what, agent, path, content] of pointers)
    it(`become pointers: ${what}`, async () => {
      const one = await job(agent);
      const expected = content && pointerOf(content);
      assert.equal(await one.show(await one.run('work'), path), expected.trimEnd());
    });

  const taken: [what: string, agent: string, changed: string[]][] = [
    ['another pointer', `printf '${POINTER.replaceAll('\n', '\\n')}' > new.bin`, ['new.bin']],
    ['a pointer less', 'rm old.bin', ['old.bin']],
    ['an encrypted file less', 'rm -r secret', ['secret/key']],
    ['a file of a filter that only cleans', 'echo "{}" > n.ipynb', ['n.ipynb']],
    ['another file', 'echo two > a.txt', ['a.txt']],
  ];
  for (const [what, agent, changed] of taken)
    it(`leave room for a change of ${what}`, async () => {
      const one = await job(agent);
      assert.deepEqual(await one.changed(await one.run('work')), changed);
    });
});
