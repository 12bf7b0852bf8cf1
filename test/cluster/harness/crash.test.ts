import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { leftoversOf } from './leftovers.ts';
import { processesOf } from './processes.ts';
import { sweep } from './registry.ts';

const fixture = fileURLToPath(new URL('./fixture-abandon.ts', import.meta.url));

/** Starts a cluster in a process of its own, and ends that process with a signal once the cluster is ready. */
async function abandon(kind: string, signal: NodeJS.Signals): Promise<{ id: string; folder: string }> {
  const owner = spawn(process.execPath, ['--import', 'tsx', fixture, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(owner, 'exit');
  for await (const line of createInterface(owner.stdout)) {
    const { id, logs } = JSON.parse(line);
    owner.kill(signal);
    await gone;
    return { id, folder: dirname(logs) };
  }
  throw new Error('the owner of the cluster ended before it was ready');
}

describe('a test process that dies', function () {
  this.timeout(900_000);

  it('by exit() without close() takes the processes along; the next start removes the rest', async () => {
    const { id, folder } = await abandon('exit', 'SIGCONT');
    assert.deepEqual(processesOf(id), []);
    await sweep();
    assert.deepEqual(leftoversOf(id, folder), []);
  });

  it('by kill -9 leaves a control plane that the next start removes', async () => {
    const { id, folder } = await abandon('control-plane', 'SIGKILL');
    assert.notDeepEqual(processesOf(id), [], 'the fixture started nothing');
    await sweep();
    assert.deepEqual(leftoversOf(id, folder), []);
  });

  it('by kill -9 leaves a node with its mounts, interface and cgroups that the next start removes', async () => {
    const { id, folder } = await abandon('node', 'SIGKILL');
    assert.notDeepEqual(processesOf(id), [], 'the fixture started nothing');
    await sweep();
    assert.deepEqual(leftoversOf(id, folder), []);
  });
});
