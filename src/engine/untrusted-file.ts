import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a file that untrusted programs can write. Returns undefined unless a regular file of at most `maxBytes` bytes is there. It is checked
 * after it was opened, so that no program can swap it. A link in its place is not followed, and a pipe is not waited for. Links in the folders above it are followed: see WorkTree.
 */
export async function openUntrusted(path: string, maxBytes: number): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(() => undefined);
  const stat = await handle?.stat().catch(() => undefined);
  if (handle && stat?.isFile() && stat.size <= maxBytes) return handle;
  await handle?.close();
  return undefined;
}

/** Reads a file that untrusted programs can write, as `openUntrusted` opens it. A file that grows meanwhile is read as far as it reached at first. */
export async function readUntrusted(path: string, maxBytes: number): Promise<Buffer | undefined> {
  const handle = await openUntrusted(path, maxBytes);
  try {
    return handle && (await readAsOpened(handle, maxBytes));
  } finally {
    await handle?.close();
  }
}

async function readAsOpened(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min((await handle.stat()).size, maxBytes));
  let at = 0;
  for (let read = -1; at < bytes.length && read !== 0; at += read)
    read = (await handle.read(bytes, at, bytes.length - at, at)).bytesRead;
  return bytes.subarray(0, at);
}
