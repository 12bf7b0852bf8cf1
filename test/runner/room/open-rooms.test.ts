import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StageError } from '../../../src/domain/reasons.ts';
import { openRooms, type RoomOptions } from '../../../src/runner/room/open-rooms.ts';
import { roomsHere } from './sandbox.ts';

const open = async (options: Partial<RoomOptions>): Promise<{ kind: string; said: string[] }> => {
  const said: string[] = [];
  const scratch = mkdtempSync(join(tmpdir(), 'bgtask-rooms-'));
  const rooms = await openRooms({
    mode: 'preferred',
    env: process.env,
    tools: [],
    scratch,
    log: (line) => said.push(line),
    ...options,
  });
  return { kind: rooms.kind, said };
};

describe('the rooms of a task', () => {
  /** A machine without bwrap. */
  const bare = { PATH: '/nowhere' };

  it('are the container of a pod, without a look for another sandbox', async () => {
    assert.deepEqual(await open({ env: { BGTASK_ROOM: 'container' } }), { kind: 'container', said: [] });
  });

  it('are without a sandbox where the setting says so', async () => {
    assert.deepEqual(await open({ mode: 'off' }), { kind: 'none', said: [] });
  });

  it('are without a sandbox on a machine that lacks bwrap; the log says how to install it', async () => {
    const { kind, said } = await open({ env: bare });
    assert.equal(kind, 'none');
    assert.match(said.join('\n'), /^No sandbox: .*not found.* Install bubblewrap 0\.8 or newer/);
  });

  it('are required: a machine without bwrap does not run the task', async () => {
    await assert.rejects(open({ mode: 'required', env: bare }), (error: unknown) => {
      assert.ok(error instanceof StageError);
      assert.equal(error.reason, 'EnvironmentNotReady');
      assert.match(error.message, /^A sandbox is required \(setting: sandbox\), and .* Install bubblewrap/);
      return true;
    });
  });

  it('are those of bwrap where it works', async function () {
    await roomsHere(this);
    assert.deepEqual(await open({ mode: 'required' }), { kind: 'bwrap', said: [] });
  });
});
