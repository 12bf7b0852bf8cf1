import { lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readUntrusted } from '../engine/untrusted-file.ts';
import { type GitOptions, gitPaths } from './git.ts';

/** Bytes of an index that is read: about a million files. */
const LARGEST = 134_217_728;

const isPlainPath = (path: string): boolean =>
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !/^\.git$/i.test(name));

/**
 * The ignored files that the agent added by itself: `git add --force` is the one way into its index for them. The index is read as data, from
 * a copy and with our own configuration. One that cannot be read holds nothing. Paths are as gitPaths has them.
 *
 * @param copy Where the copy may stand for a moment.
 */
export async function forcedPaths(checkout: string, copy: string, options: GitOptions): Promise<string[]> {
  const index = await readIndex(checkout);
  if (!index) return [];
  try {
    await rm(copy, { recursive: true, force: true });
    await writeFile(copy, index, { flag: 'wx', mode: 0o600 });
    const args = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard'];
    const paths = await gitPaths(args, { ...options, index: copy });
    return [...new Set(paths)].filter(isPlainPath);
  } catch {
    options.signal?.throwIfAborted();
    return [];
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** The agent may have put anything in its place: a link or a pipe is not read. */
async function readIndex(checkout: string): Promise<Buffer | undefined> {
  const folder = await lstat(join(checkout, '.git')).catch(() => undefined);
  if (!folder?.isDirectory()) return undefined;
  return readUntrusted(join(checkout, '.git', 'index'), LARGEST);
}
