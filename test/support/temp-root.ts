import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../../src/engine/local/jobs/remove-tree.ts';

let root: string | undefined;

/** Gives a run of tests one folder for all its temporary files. Its name is short, because paths of Unix sockets have 107 bytes at most. */
export function mochaGlobalSetup(): void {
  root = mkdtempSync(join(tmpdir(), 'bt-'));
  // Some tests run a program as another user in a folder below.
  chmodSync(root, 0o711);
  process.env['TMPDIR'] = root;
}

/** Removes it, with what workers that were ended early left behind. */
export async function mochaGlobalTeardown(): Promise<void> {
  if (root) await removeTree(root);
}
