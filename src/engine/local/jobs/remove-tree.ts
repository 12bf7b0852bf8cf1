import { type PathLike } from 'node:fs';
import { chmod, readdir, rm, rmdir, unlink } from 'node:fs/promises';

const SLASH = Buffer.from('/');

/**
 * Removes a folder and all in it, whatever its modes and names: package managers leave read-only folders, repositories hold names that are
 * no UTF-8. Follows no symbolic link. Nothing happens when there is no folder.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await removeFolder(Buffer.from(path));
    return;
  }
}

async function removeFolder(path: Buffer): Promise<void> {
  const target: PathLike = path;
  await chmod(target, 0o700);
  for (const entry of await readdir(target, { withFileTypes: true, encoding: 'buffer' })) {
    const child = Buffer.concat([path, SLASH, entry.name]);
    if (entry.isDirectory()) await removeFolder(child);
    else await unlink(child);
  }
  await rmdir(target);
}
