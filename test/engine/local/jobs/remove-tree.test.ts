import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { removeJob, sweep } from '../../../../src/engine/local/jobs/job-creation.ts';
import { shortTmps } from '../../../../src/engine/short-tmp.ts';

const UNPRIVILEGED = 65_534;

describe('Removing a Job', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bgtask-remove-'));
  });
  afterEach(() => {
    spawnSync('chmod', ['-R', 'u+rwX', root]);
    rmSync(root, { recursive: true, force: true });
  });

  it('removes read-only folders and odd names, and follows no link out of the Job', () => {
    const outside = join(root, 'outside');
    const job = join(root, 'job');
    mkdirSync(outside, { mode: 0o500 });
    mkdirSync(job);
    symlinkSync(outside, join(job, 'link'));
    const script =
      'mkdir -p mod/pkg && echo x > mod/pkg/file && mkdir "$(printf "odd\\377")" && chmod -R a-w mod';
    // Root may write anywhere, so the removal runs as an unprivileged user where it can.
    const unprivileged = { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
    const canBeUnprivileged =
      process.getuid?.() === 0 && spawnSync(process.execPath, ['-e', '0'], unprivileged).status === 0;
    const user = canBeUnprivileged ? unprivileged : {};
    if ('uid' in user) for (const path of [root, outside, job]) chownSync(path, UNPRIVILEGED, UNPRIVILEGED);
    assert.equal(spawnSync('sh', ['-c', script], { cwd: job, ...user }).status, 0);
    const program = join(root, 'remove.mjs');
    const source = join(import.meta.dirname, '../../../../src/engine/local/jobs/remove-tree.ts');
    const contents = `import { removeTree } from ${JSON.stringify(source)}; await removeTree(process.argv[2]);`;
    buildSync({
      stdin: { contents, resolveDir: root },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
    });
    const removal = spawnSync(process.execPath, [program, job], { encoding: 'utf8', ...user });
    // The unprivileged user may not write the coverage that is measured of this process.
    assert.equal(removal.stderr.replace(/^EACCES: Failed to write file .*coverage.*\n/, ''), '');
    assert.equal(existsSync(job), false);
    assert.equal(existsSync(outside), true);
  });

  it('removes folders in each other that no path leads to', async () => {
    const job = join(root, 'job');
    mkdirSync(job);
    const dig = 'import os\nfor _ in range(2000):\n    os.mkdir("abcdefgh")\n    os.chdir("abcdefgh")';
    assert.equal(spawnSync('python3', ['-c', dig], { cwd: job }).status, 0);
    await removeJob(job);
    assert.equal(existsSync(job), false);
  });

  it('takes the temporary files of a stage that was killed with it, at once or when it is completed', async () => {
    for (const name of ['job', '.old-1']) {
      const cookie = randomUUID();
      const [tmp = ''] = shortTmps(`${cookie}.work.0`);
      mkdirSync(join(tmp, 'read-only'), { recursive: true });
      chmodSync(join(tmp, 'read-only'), 0o500);
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'job.json'), JSON.stringify({ cookie }));
      await (name === 'job' ? removeJob(join(root, name)) : sweep(root));
      assert.deepEqual([existsSync(join(root, name)), existsSync(tmp)], [false, false], name);
    }
  });

  it('may be repeated', async () => {
    mkdirSync(join(root, 'job', 'workspace'), { recursive: true });
    await removeJob(join(root, 'job'));
    await removeJob(join(root, 'job'));
    assert.equal(existsSync(join(root, 'job')), false);
  });

  it('is completed later when it was cut off, Jobs being made are left alone', async () => {
    for (const name of ['.old-1', '.new-1', 'job']) mkdirSync(join(root, name));
    writeFileSync(join(root, '.old-1', 'file'), '');
    await sweep(root);
    assert.deepEqual(
      ['.old-1', '.new-1', 'job'].map((name) => existsSync(join(root, name))),
      [false, true, true],
    );
  });
});
