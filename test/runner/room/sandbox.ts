import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TriedSandbox, trySandbox } from '../../../src/runner/room/open-rooms.ts';
import { needs } from '../../support/needs.ts';
import type { Rooms, RoomView } from '../../../src/runner/room/room.ts';

let tried: Promise<TriedSandbox> | undefined;

/** Returns the rooms of this machine. Skips the test if a sandbox does not work here. */
export async function roomsHere(test: Mocha.Context): Promise<Rooms> {
  const scratch = mkdtempSync(join(tmpdir(), 'bgtask-room-'));
  tried ??= trySandbox({ env: process.env, tools: [], scratch });
  const here = await tried;
  if ('rooms' in here) return here.rooms;
  needs(test, false, here.problem);
  return test.skip();
}

/** A task's folder with a checkout, a shared folder in layers, and something that a room must not show. */
export function taskFolder(): { dir: string; view: RoomView } {
  const dir = mkdtempSync(join(tmpdir(), 'bgtask-task-'));
  const [checkout, tmp, shared, upper, work] = ['checkout', 'tmp', 'shared', 'upper', 'work'].map((name) => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  }) as [string, string, string, string, string];
  return {
    dir,
    view: {
      tmp,
      writable: [checkout],
      readable: [join(dir, 'readable'), join(dir, 'missing')],
      layers: [{ path: shared, below: [], upper, work }],
    },
  };
}
