import { lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from '../../../api/types.ts';
import { versionFile } from './layout.ts';
import { readVersion } from './read-version.ts';
import { DELETION_MS, scanVersions, SUPERSEDED_MS, type Version, type Versions } from './versions.ts';

/** One kind's folder in one project. */
interface Swept {
  path: string;
  kind: Kind;
  namespace: string;
  /** The time, in ms since 1970. */
  now: number;
}

/** Removes what is superseded or forgotten long enough in a whole folder. */
export function sweepFolder(folder: Swept): void {
  for (const [name, versions] of scanVersions(folder.path)) sweepName(folder, name, versions);
}

/**
 * Removes old versions of one name, the lowest first (see versions.ts), and a deletion that is an hour old. What fails
 * is left for the next sweep. A file that is not an object is renamed, so that nothing a person wrote is lost.
 */
export function sweepName(folder: Swept, name: string, versions: Versions): void {
  const pathOf = (one: Version) => join(folder.path, versionFile(name, one.version));
  try {
    for (const [index, one] of versions.entries()) {
      const next = versions[index + 1];
      if (!next && !one.gone) return;
      const limit = next ? SUPERSEDED_MS : DELETION_MS;
      if (age(pathOf(next ?? one), folder.now) < limit) return;
      if (one.gone) rmdirSync(pathOf(one));
      else if (isObject(folder, name, one.version)) unlinkSync(pathOf(one));
      else renameSync(pathOf(one), `${pathOf(one)}.bad`);
    }
  } catch {
    return;
  }
}

/** Removes drafts that a killed writer left behind; one in use is seconds old. */
export function sweepDrafts(folder: string, now: number): void {
  try {
    for (const file of readdirSync(folder)) {
      const path = join(folder, file);
      if (age(path, now) > DELETION_MS) unlinkSync(path);
    }
  } catch {
    return;
  }
}

/** Ms since the file got its name: link(2) sets ctime; mtime is that of the writing, which may have taken long. */
const age = (path: string, now: number): number => now - lstatSync(path).ctimeMs;

function isObject({ path, kind, namespace }: Swept, name: string, version: number): boolean {
  const read = readVersion(join(path, versionFile(name, version)), { kind, namespace, name, version });
  return 'object' in read || 'vanished' in read;
}
