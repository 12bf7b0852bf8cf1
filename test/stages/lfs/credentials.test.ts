import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askBySsh } from '../../../src/runner/lfs/ssh.ts';
import type { StageContext } from '../../../src/runner/stage-context.ts';
import { LfsServer, pointerOf } from '../../support/lfs-server.ts';
import { Job } from '../../support/stage/job.ts';
import { tempFolder } from '../../support/stage/remote.ts';

const TOKEN = 'not-a-real-token-0123456789';
const OLD = 'an old picture\n';
const BASE = { '.gitattributes': '*.bin filter=lfs\n', 'old.bin': pointerOf(OLD) };

describe('the credential for files of Git LFS', () => {
  let server: LfsServer;
  const home = process.env['HOME'];
  beforeEach(async () => (server = await new LfsServer().start()));
  afterEach(async () => {
    process.env['HOME'] = home;
    await server.close();
  });

  it('is that of git’s own helpers on the local engine, once the server demands one', async () => {
    server.token = TOKEN;
    process.env['HOME'] = tempFolder();
    const helper = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=${TOKEN}\\n'; }; f`;
    await writeFile(
      join(process.env['HOME'], '.gitconfig'),
      `[credential]\n\thelper = ${JSON.stringify(helper)}\n`,
    );
    const { url } = await server.repository('r', BASE, [OLD]);
    const job = new Job({ remote: url, env: { BGTASK_USER_GIT_CONFIG: '1' } });
    await job.run('clone');
    assert.equal(await readFile(join(job.place.checkout, 'old.bin'), 'utf8'), OLD);
    assert.equal(server.seen[0]?.authorization, undefined);
    assert.ok(!job.log.includes(TOKEN));
  });

  it('is not sent to a host that the task alone names, and the task says so', async () => {
    const { url } = await server.repository('r', BASE, [OLD]);
    const job = new Job({ remote: url, secrets: { forgeToken: TOKEN } });
    await job.run('clone');
    assert.deepEqual([...new Set(server.seen.map(({ authorization }) => authorization))], [undefined]);
  });
});

/** Asks with a program in ssh's place. */
const asking = async (script: string, url: string) => {
  const ssh = join(tempFolder(), 'my ssh');
  await writeFile(ssh, `#!/bin/sh\n${script}\n`);
  await chmod(ssh, 0o755);
  const env = { ...process.env, BGTASK_USER_GIT_CONFIG: '1', GIT_SSH_COMMAND: `'${ssh}' -v` };
  const context = { env, signal: new AbortController().signal } as unknown as StageContext;
  return askBySsh(context, url, 'upload');
};

describe('asking by ssh where files of Git LFS are', () => {
  const said = `printf '{"href":"https://lfs.example.com/o/r","header":{"X":"%s"}}' "$*"`;

  const ROWS: [url: string, called: string][] = [
    ['git@git.example.com:o/r.git', '-v git@git.example.com git-lfs-authenticate o/r.git upload'],
    [
      'ssh://git@git.example.com:2222/o/r.git',
      '-v -p 2222 git@git.example.com git-lfs-authenticate o/r.git upload',
    ],
  ];
  for (const [url, called] of ROWS)
    it(`calls the person's own ssh for ${url}`, async () => {
      const answer = await asking(said, url);
      assert.deepEqual(answer, { href: 'https://lfs.example.com/o/r', header: { X: called } });
    });

  const refused: [what: string, script: string, url: string, says: RegExp][] = [
    ['a path that a shell would read', said, 'git@git.example.com:o/$(x).git', /has a path that git-lfs-authenticate cannot be asked for/],
    ['a server that does not know it', 'echo "unknown command" >&2; exit 1', 'git@git.example.com:o/r', /git\.example\.com does not say by ssh where its Git LFS is \(git-lfs-authenticate\): unknown command/],
    ['an answer of another kind', 'echo hello', 'git@git.example.com:o/r', /something else than JSON/],
  ]; // prettier-ignore
  for (const [what, script, url, says] of refused)
    it(`fails for ${what}`, () => assert.rejects(asking(script, url), says));
});
