import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

async function add(hash: Hash, path: string, from: string): Promise<void> {
  const status = await lstat(from);
  hash.update(`${path}\0${status.mode & 0o111}\0`);
  if (status.isSymbolicLink()) {
    hash.update(`link ${await readlink(from)}\0`);
  } else if (status.isDirectory()) {
    for (const name of (await readdir(from)).sort()) await add(hash, `${path}/${name}`, join(from, name));
  } else {
    hash.update(`file ${status.size}\0`);
    for await (const part of createReadStream(from)) hash.update(part);
  }
}

/** A SHA-256 over paths, contents, links and executable bits: what an image's build sees of its context. */
export async function digestOfFiles(files: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash('sha256');
  for (const path of Object.keys(files).sort()) await add(hash, path, files[path] ?? '');
  return hash.digest('hex');
}
