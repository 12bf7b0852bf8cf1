import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Machine, machine, WITHOUT_CHECKS } from '../support/command-line.ts';

describe('the change of a task on this machine', function () {
  this.timeout(120_000);
  let here: Machine;
  let repository: string;
  before(async () => {
    here = await machine();
    repository = await here.repository('app', WITHOUT_CHECKS);
  });
  after(() => here.close());

  const EDIT = 'echo two >> a.txt';
  const ends: [phase: string, reason: string | undefined, run: string, flags: string[]][] = [
    ['Completed', undefined, EDIT, []],
    ['Failed', 'ValidationFailed', EDIT, ['--check', 'exit 3']],
    ['Failed', 'AgentFailed', `${EDIT}; exit 7`, []],
    ['Failed', 'ProtectedPath', `${EDIT}; echo x > CODEOWNERS`, []],
  ];
  for (const [at, [phase, reason, command, flags]] of ends.entries())
    it(`is kept and named when the task is ${phase} ${reason ?? ''}`, async () => {
      const name = `end-${at}`;
      await here.bgtask('create', name, '--repo', repository, '-m', 'Change it.', '--run', command, '--wait', ...flags);
      await here.settled();
      const { status } = await here.task(name);
      assert.deepEqual([status?.phase, status?.reason], [phase, reason]);
      assert.match(await here.ok('diff', name), /^\+two$/m);
      assert.equal((await here.bgtask('describe', name)).stderr.includes(`bgtask diff ${name}`), phase === 'Failed');
      assert.match(await readFile(new URL(status?.change?.location ?? ''), 'utf8'), /\+two/);
      await here.ok('delete', name);
      await assert.rejects(readFile(new URL(status?.change?.location ?? '')), /ENOENT/);
    }); // prettier-ignore

  it('is kept when the task is cancelled while its agent works', async () => {
    await here.ok('create', 'stopped', '--repo', repository, '-m', 'Wait.', '--run', `${EDIT}; echo the edit is done; sleep 60`);
    await here.ok('wait', 'stopped', '--for=running', '--timeout=30s');
    while (!/^the edit is done$/m.test(await here.ok('logs', 'stopped'))) await delay(20);
    await here.bgtask('cancel', 'stopped');
    await here.settled();
    assert.match(await here.ok('diff', 'stopped'), /^\+two$/m);
  }); // prettier-ignore
});
