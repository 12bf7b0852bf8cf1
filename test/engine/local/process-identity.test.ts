import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../../../src/engine/local/process-identity.ts';

describe('A process’s identity', () => {
  it('is the same as long as it lives, and no other’s', async () => {
    const child = spawn('sleep', ['1000']);
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    assert.ok(identity && isAlive(identity));
    assert.deepEqual(identify(child.pid ?? 0), identity);
    assert.equal(
      isAlive({ ...identity, startTime: `${identity.startTime}0` }),
      false,
      'a reused pid is another process',
    );
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    assert.equal(isAlive(identity), false);
  });

  it('is read past a name with spaces and brackets', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'bgtask-identity-'));
    const program = join(dir, 'a) R (b');
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['1000']);
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true });
    assert.match(identity?.startTime ?? '', /\d$/);
  });

  it('is absent for a zombie', async () => {
    // The child ends once its parent has become a sleep, which never waits for it.
    const child = 'until grep -q sleep /proc/$PPID/comm; do :; done';
    const parent = spawn('sh', ['-c', `sh -c '${child}' & echo $!; exec sleep 1000`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (identify(pid)) await new Promise((resolve) => setImmediate(resolve));
    assert.doesNotThrow(() => process.kill(pid, 0), 'the zombie is still there');
    assert.equal(identify(pid), undefined);
    parent.kill('SIGKILL');
  });

  for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 30])
    it(`is absent for ${pid}`, () => assert.equal(identify(pid), undefined));
});
