import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../cluster/harness/cache.ts';
import { NEW, OLD } from '../support/lfs-repository.ts';
import { Job } from '../support/stage/job.ts';
import { git, GIT_ENV, makeRemote, tempFolder } from '../support/stage/remote.ts';

/** The folder of the program git-lfs: Debian's package, unpacked in the cache, since its installation changes the system's git configuration. */
function gitLfsFolder(): string | undefined {
  if (spawnSync('git', ['lfs', 'version']).status === 0) return undefined;
  const cache = join(cacheFolder(), 'git-lfs');
  const folder = join(cache, 'usr/bin');
  if (existsSync(join(folder, 'git-lfs'))) return folder;
  mkdirSync(cache, { recursive: true });
  const script =
    '(apt-get download git-lfs || { apt-get update && apt-get download git-lfs; }) && dpkg -x git-lfs_*.deb .';
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: cache, encoding: 'utf8' });
  assert.equal(status, 0, `this test needs git-lfs, or Debian to get it from: ${stderr}`);
  return folder;
}

describe('beside the program git-lfs', () => {
  let env: NodeJS.ProcessEnv;
  before(function () {
    this.timeout(300_000);
    env = { ...GIT_ENV, PATH: [gitLfsFolder(), process.env['PATH']].filter(Boolean).join(delimiter) };
  });
  const lfs = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { env: { ...env, HOME: folder }, encoding: 'utf8' });

  it('a repository that git-lfs made is read, and git-lfs reads the pushed branch', async () => {
    const folder = join(tempFolder(), 'made');
    const remote = await makeRemote(undefined);
    await git('/', 'clone', '--quiet', remote, folder);
    lfs(folder, 'lfs', 'install', '--local');
    lfs(folder, 'lfs', 'track', '*.bin');
    await writeFile(join(folder, 'old.bin'), OLD);
    lfs(folder, 'add', '.');
    lfs(folder, 'commit', '-qm', 'Begin');
    lfs(folder, 'push', '-q', 'origin', 'HEAD:main');
    const job = new Job({ remote, agent: `grep -q old old.bin; printf 'a new picture\\n' > new.bin` });
    await job.all();
    assert.equal(await readFile(join(job.place.checkout, 'old.bin'), 'utf8'), OLD);
    lfs(folder, 'fetch', '-q', 'origin', job.branch);
    lfs(folder, 'checkout', '-q', 'FETCH_HEAD');
    assert.equal(await readFile(join(folder, 'new.bin'), 'utf8'), NEW);
    assert.match(lfs(folder, 'lfs', 'fsck'), /OK/);
  });
});
