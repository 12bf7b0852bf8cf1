import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  type Dirent,
} from 'node:fs';
import { join } from 'node:path';
import type { RepoFiles } from './check.ts';
import { isIgnoredFolder, plugs } from './plugs.ts';

/** What of a tree is listed. */
export interface ListLimits {
  /** Paths that are kept; the deepest are left out first. */
  paths: number;
  /** Folders that are entered, so that a tree of empty ones ends too. */
  folders: number;
}

const LIMITS: ListLimits = { paths: 50_000, folders: 20_000 };
/** Bytes of a file that are read. */
const MAX_BYTES = 1_048_576;

/**
 * Reads a checkout as detectors see it. Lists it once, breadth first: at most 50,000 paths and 20,000 folders. Symbolic links are
 * neither listed nor followed, and folders of dependencies and build results are left out. Throws if `dir` is not a folder.
 */
export function readRepo(dir: string, limits: ListLimits = LIMITS): RepoFiles {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${dir} is not a folder: give the path of a checkout`);
  }
  const paths = [...listPaths(dir, limits), ...plugs().listed.filter((path) => isFile(dir, path))].sort();
  const known = new Set(paths);
  const texts = new Map<string, string | undefined>();
  return {
    paths,
    has: (path) => known.has(path),
    read(path) {
      if (!known.has(path)) return undefined;
      if (!texts.has(path)) texts.set(path, readText(join(dir, path)));
      return texts.get(path);
    },
  };
}

/** True for a regular file whose folders are real: no link is followed. */
function isFile(root: string, path: string): boolean {
  const parts = path.split('/');
  return parts.every((_part, index) => {
    const stat = lstatSync(join(root, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    return index === parts.length - 1 ? stat?.isFile() === true : stat?.isDirectory() === true;
  });
}

function listPaths(root: string, limits: ListLimits): string[] {
  const paths: string[] = [];
  const folders = [''];
  for (let at = 0; at < folders.length && paths.length < limits.paths; at += 1) {
    const folder = folders[at] ?? '';
    for (const entry of entriesOf(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile() && paths.length < limits.paths) paths.push(path);
      else if (entry.isDirectory() && !isIgnoredFolder(entry.name) && folders.length < limits.folders)
        folders.push(path);
    }
  }
  return paths.sort();
}

/** A folder's entries in a fixed order; none when it cannot be read. Names with control characters are left out: they reach logs. */
function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter(
      ({ name }) => !/[\u0000-\u001f\u007f\ufffd]/.test(name),
    );
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** Opens without following a link and without waiting for a pipe's other end, since the tree may have changed since it was listed. */
function readText(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    const bytes = readUpTo(file, Math.min(stat.size, MAX_BYTES));
    // A cut may fall inside a character: `stream` leaves the unfinished one out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: stat.size > MAX_BYTES });
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

function readUpTo(file: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const count = readSync(file, bytes, length, size - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

/** A folder of a repository as if it were the root. */
export function subRepo(files: RepoFiles, dir: string): RepoFiles {
  const prefix = `${dir}/`;
  const paths = files.paths
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
  return { paths, has: (path) => files.has(prefix + path), read: (path) => files.read(prefix + path) };
}
