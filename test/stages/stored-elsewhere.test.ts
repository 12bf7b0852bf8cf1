import assert from 'node:assert/strict';
import { pointerOf } from '../support/lfs-server.ts';
import { Job } from '../support/stage/job.ts';
import { cloned } from '../support/stage/prepared.ts';
import { makeRemote } from '../support/stage/remote.ts';

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

describe('files of filters that bgtask does not run', () => {
  const ENCRYPTED =
    'bgtask does not have it, so they stay encrypted in the checkout, and a change to one is refused.';
  const AS_LEFT = 'a change to one is published as the agent leaves it.';
  const CASES: [what: string, attributes: string, says: [start: string, end: string][]][] = [
    ['git-crypt', 'secret/** filter=git-crypt diff=git-crypt', [['The filter "git-crypt" of .gitattributes is for 2 files: secret/key, secret/other. ', ENCRYPTED]]],
    ['transcrypt', 'secret/key filter=crypt', [['The filter "crypt" of .gitattributes is for 1 file: secret/key. ', ENCRYPTED]]],
    ['one that only cleans', '*.ipynb filter=nbstripout', [['The filter "nbstripout" of .gitattributes is for 1 file: n.ipynb. ', AS_LEFT]]],
    ['two filters', '*.ipynb filter=strip\nsecret/key filter=agecrypt', [['The filter "strip" of ', AS_LEFT], ['The filter "agecrypt" of ', ENCRYPTED]]],
    ['Git LFS alone', '*.bin filter=lfs', []],
    ['a filter for files that are not there', '*.none filter=git-crypt', []],
    ['a filter that is switched off', 'secret/** -filter\nn.ipynb !filter', []],
  ]; // prettier-ignore
  for (const [what, attributes, says] of CASES)
    it(`are named before the agent runs: ${what}`, async () => {
      const files = {
        ...BASE,
        'secret/other': '\0GITCRYPT\0abc',
        'n.ipynb': '{}\n',
        '.gitattributes': `${attributes}\n`,
      };
      const one = new Job({ remote: await makeRemote(files), env: { GIT_LFS_SKIP_SMUDGE: '1' } });
      await one.run('clone');
      const lines = one.log.split('\n').filter((line) => line.startsWith('The filter '));
      assert.equal(lines.length, says.length, one.log);
      for (const [start, end] of says)
        assert.ok(
          lines.some((line) => line.startsWith(start) && line.includes(end)),
          one.log,
        );
    });
});
