import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { junitResults } from '../../checks/results/junit-xml.ts';
import type { TestResults } from '../../checks/results/results.ts';
import { reportFiles } from '../../checks/results/sources.ts';
import { openUntrusted } from '../../engine/untrusted-file.ts';
import { readGlob } from '../../domain/glob.ts';

/** Bytes of one report, and of all of one run: what is larger is not read. */
const FILE_BYTES = 16_777_216;
const ALL_BYTES = 134_217_728;
/** Entries that are looked at in search of reports. */
const MAX_ENTRIES = 200_000;
/** Folders without reports of a repository's own tests. */
const SKIPPED = new Set(['.git', 'node_modules', '.venv', 'vendor', '.gradle']);
/** Milliseconds by which a file system may round a time down. */
const ROUNDING = 2000;

/**
 * The results in the JUnit reports that a command wrote by itself; undefined if it wrote none. Files that are older than the run do not count.
 * The files are untrusted: links are not followed, and sizes are bounded.
 * @param dir the checkout that the command ran in.
 * @param began when it began, in milliseconds since the epoch.
 */
export async function readReports(run: string, dir: string, began: number): Promise<TestResults | undefined> {
  const globs = reportFiles(run).map((glob) => readGlob(glob));
  if (globs.length === 0) return undefined;
  const texts: string[] = [];
  let left = ALL_BYTES;
  for await (const path of walk(dir)) {
    if (!path.endsWith('.xml') || !globs.some((glob) => glob.matches(path))) continue;
    const text = await readNew(join(dir, path), began - ROUNDING);
    if (text === undefined || text.length > left) continue;
    left -= text.length;
    texts.push(text);
  }
  return junitResults(texts, [dir]);
}

/** Paths of the regular files below a folder, relative to it; no link is followed. */
async function* walk(dir: string): AsyncGenerator<string> {
  const folders = [''];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (++seen > MAX_ENTRIES) return;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path);
      else if (entry.isFile()) yield path;
    }
  }
}

/** The text of a regular file that was written since; undefined for any other. */
async function readNew(path: string, since: number): Promise<string | undefined> {
  const handle = await openUntrusted(path, FILE_BYTES);
  try {
    const stat = await handle?.stat();
    return stat && stat.mtimeMs >= since ? await handle?.readFile('utf8') : undefined;
  } finally {
    await handle?.close();
  }
}
