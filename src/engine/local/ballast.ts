import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the ballast, so that it holds inodes too, and bytes of each: 1 MB is room for the verdicts of some hundred tasks. */
const FILES = 16;
const FILE_BYTES = 65_536;

const folderOf = (state: string): string => join(state, 'ballast');

/** Keeps room in the state folder that is given back when the disk is full, so that the end of a task can be written. Does nothing where the disk refuses. */
export function keepBallast(state: string): void {
  const folder = folderOf(state);
  try {
    mkdirSync(folder, { mode: 0o700 });
    // Not zeros: a file system that packs its files would keep no room with them.
    for (let at = 0; at < FILES; at++)
      writeFileSync(join(folder, String(at)), randomBytes(FILE_BYTES), { mode: 0o600 });
  } catch {
    // The file exists, or the disk is full.
  }
}

/** Gives the room back. Never throws. */
export function releaseBallast(state: string): void {
  try {
    rmSync(folderOf(state), { recursive: true, force: true });
  } catch {
    // A part of the room may be free now: what is tried next says so.
  }
}
