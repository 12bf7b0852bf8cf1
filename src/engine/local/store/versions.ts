import { readdirSync, statSync } from 'node:fs';
import { link, mkdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVersionFile, versionFile } from './layout.ts';
import { errnoOf } from './store-errors.ts';

/**
 * How several processes write one folder without a lock. Version n of an object is the one file `<name>@<n>.json`,
 * taken by link(2), or by mkdir(2) for a deletion: both fail when the name is there, so each version has one writer.
 * The highest version counts.
 *
 * Superseded versions stay for a while. First, a number taken stays taken, so that a writer whose base is old fails
 * instead of taking a lower number again. Second, a scan of a folder is not atomic: it may miss a file that is created
 * during the scan, and if the version before it were gone already, the object would seem to be deleted.
 * They go lowest first, so a base that is still there after taking the next number proves that the number was free.
 */
export interface Version {
  version: number;
  /** True for a deletion. */
  gone: boolean;
}

/** How long, in ms, a superseded version stays: far longer than a scan of a folder or the write of a file takes. */
export const SUPERSEDED_MS = 5_000;
/** How long, in ms, a deletion is remembered: a writer that was stopped in between cannot bring the object back. */
export const DELETION_MS = 3_600_000;

/** The versions of one name, lowest first. */
export type Versions = Version[];

/** The versions in a folder by name, lowest first; empty when there is no such folder. */
export function scanVersions(folder: string): Map<string, Versions> {
  for (let tries = 1; ; tries++) {
    const start = performance.now();
    const found = scanOnce(folder);
    // A process that slept within the scan may have missed what the rules above promise.
    if (performance.now() - start < SUPERSEDED_MS || tries === 3) return found;
  }
}

function scanOnce(folder: string): Map<string, Versions> {
  const found = new Map<string, Versions>();
  for (const entry of entriesOf(folder)) {
    const parsed = parseVersionFile(entry.name);
    if (!parsed) continue;
    const version = { version: parsed.version, gone: entry.isDirectory() };
    const others = found.get(parsed.name);
    if (others) others.push(version);
    else found.set(parsed.name, [version]);
  }
  for (const versions of found.values()) {
    if (versions.length > 1) versions.sort((a, b) => a.version - b.version);
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A version to take: the one after `base`, which is 0 for a name without any. */
export interface Claim {
  folder: string;
  name: string;
  base: number;
  /** performance.now() when the look began that found `base` to be the highest. */
  since: number;
}

/** Gives a finished file the next version's name; false when another writer was first. */
export const claimWithFile = (claim: Claim, file: string): Promise<boolean> =>
  take(claim, (path) => link(file, path), unlink);

/** Takes the next version to say that the object is deleted; false when another writer was first. */
export const claimDeletion = (claim: Claim): Promise<boolean> =>
  take(claim, (path) => mkdir(path, { mode: 0o700 }), rmdir);

async function take(
  claim: Claim,
  place: (path: string) => Promise<unknown>,
  withdraw: (path: string) => Promise<void>,
): Promise<boolean> {
  const version = claim.base + 1;
  const path = join(claim.folder, versionFile(claim.name, version));
  try {
    await place(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
  if (isCurrent(claim)) return true;
  const others = (scanVersions(claim.folder).get(claim.name) ?? []).filter((one) => one.version !== version);
  // With no other version ours is all there is of the object: never removed.
  if (others.length === 0) return true;
  await withdraw(path).catch(() => undefined);
  return false;
}

function isCurrent({ folder, name, base, since }: Claim): boolean {
  if (performance.now() - since < SUPERSEDED_MS) return true;
  return base > 0 && isThere(join(folder, versionFile(name, base)));
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
