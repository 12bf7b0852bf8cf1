import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { StageError } from '../../src/domain/reasons.ts';
import { git } from '../../src/runner/git.ts';

const CANCELLED = new StageError('Cancelled', 'The task was stopped.');

describe('git, when its stage is told to end', () => {
  let silent: Server;
  let url: string;
  before(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/app.git`;
  });
  after(() => silent.close());

  /** Command lines of this machine with the remote in them. */
  const talkers = (): string[] =>
    spawnSync('ps', ['-axo', 'args='], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line.includes(url));

  it('waits for no remote that does not answer, and leaves no helper that would go on', async () => {
    const end = new AbortController();
    const asked = git(['ls-remote', '--', url], { signal: end.signal });
    await once(silent, 'connection');
    assert.ok(
      talkers().some((line) => line.includes('remote-http')),
      'a helper talks to the remote',
    );
    end.abort(CANCELLED);
    await assert.rejects(asked, CANCELLED);
    while (talkers().length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('is not even started when the stage has been told before', async () => {
    let connections = 0;
    silent.on('connection', () => (connections += 1));
    await assert.rejects(git(['ls-remote', '--', url], { signal: AbortSignal.abort(CANCELLED) }), CANCELLED);
    assert.equal(connections, 0);
  });
});
