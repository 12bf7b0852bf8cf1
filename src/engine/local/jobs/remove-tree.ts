import { randomUUID } from 'node:crypto';
import { type PathLike } from 'node:fs';
import { chmod, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';

const SLASH = Buffer.from('/');
/** Bytes of a path, from which on a folder is moved up: a name has at most 255 bytes, and Linux opens no path of 4096. */
const FAR = 3000;

/**
 * Removes a folder and all in it, whatever its modes and names: package managers leave read-only folders, repositories hold names that are
 * not UTF-8, and nested folders whose path is longer than Linux accepts. Does not follow symbolic links. Does nothing if the folder does not exist.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await removeFolder(Buffer.from(path));
    return;
  }
}

async function removeFolder(path: Buffer, top = path): Promise<void> {
  const target: PathLike = path;
  await chmod(target, 0o700);
  for (const entry of await readdir(target, { withFileTypes: true, encoding: 'buffer' })) {
    const child = Buffer.concat([path, SLASH, entry.name]);
    if (!entry.isDirectory()) await unlink(child);
    else if (child.length < FAR) await removeFolder(child, top);
    else await removeFolder(await movedUp(child, top), top);
  }
  await rmdir(target);
}

/** Moves a deep folder up, because the paths inside it may be longer than Linux accepts. Returns its new path. */
async function movedUp(path: Buffer, top: Buffer): Promise<Buffer> {
  const near = Buffer.concat([top, SLASH, Buffer.from(randomUUID())]);
  await rename(path, near);
  return near;
}
