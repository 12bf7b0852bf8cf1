import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** One exact version of one package. */
interface PackageVersion {
  package: string;
  version: string;
}

/** A registry of packages, reached through its own client as the machine configures it. */
export interface Source {
  /** Puts the tree of a package into an empty folder, unchanged. Rejects when the client cannot have it. */
  fetch(wanted: PackageVersion, into: string): Promise<void>;
}

/** Unpacks an archive into a folder, without the folder that the archive has around its files. */
export async function unpack(archive: string, into: string): Promise<void> {
  await execa('tar', ['xf', archive, '-C', into, '--strip-components=1', '--no-same-owner']);
}

/** Runs `use` with a new folder, which is removed afterwards. */
export async function inNewFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bgtask-world-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
