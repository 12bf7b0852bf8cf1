import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Machine, machine, WITHOUT_CHECKS } from '../support/command-line.ts';
import { filesBelow } from '../support/stage/remote.ts';

describe('the log of a task on this machine', function () {
  this.timeout(120_000);
  let here: Machine;
  let repository: string;
  before(async () => {
    here = await machine();
    repository = await here.repository('app', WITHOUT_CHECKS);
  });
  after(() => here.close());

  const run = (name: string, command: string): Promise<string> =>
    here.ok('create', name, '--repo', repository, '-m', 'Change it.', '--run', command, '--wait');
  const archiveOf = async (name: string): Promise<string> => {
    await here.settled();
    const { status } = await here.task(name);
    return fileURLToPath(status?.logArchive ?? '');
  };

  it('is kept with the task, and goes when the task is deleted', async () => {
    await run('first', 'echo two > a.txt');
    const archive = await archiveOf('first');
    assert.match(await here.ok('logs', 'first'), /Pull request/);
    assert.ok(existsSync(archive));
    await here.ok('delete', 'first');
    assert.ok(!existsSync(archive));
  });

  it('goes with the task when retention ends its time', async () => {
    await run('second', 'echo three > a.txt');
    const archive = await archiveOf('second');
    const config = join(here.env['BGTASK_CONFIG'] ?? '', 'config.yaml');
    await mkdir(dirname(config), { recursive: true });
    await writeFile(config, 'retention: { completed: 1s }\n');
    // Ends only once the other's log is gone.
    await run('third', `while test -e '${archive}'; do sleep 0.1; done; echo four > a.txt`);
    assert.match((await here.bgtask('describe', 'second')).stderr, /not found/);
  });

  it('goes too when the task is deleted while it runs', async () => {
    await here.ok('create', 'fourth', '--repo', repository, '-m', 'Wait.', '--run', 'sleep 60');
    await here.ok('wait', 'fourth', '--for=running', '--timeout=30s');
    await here.ok('delete', 'fourth');
    await here.settled();
    const left = await filesBelow(join(here.state, 'logs'));
    assert.deepEqual(
      left.filter((path) => path.includes('fourth')),
      [],
    );
  });
});
