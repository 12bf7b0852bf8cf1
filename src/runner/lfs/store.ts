import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, chmod, lstat, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openUntrusted } from '../../engine/untrusted-file.ts';
import { LfsError } from './lfs-error.ts';
import type { Pointer } from './pointer.ts';

/** Bytes that are read and written at once. */
export const CHUNK = 1_048_576;

/** Passes bytes on, and throws an LfsError as soon as they are more than the pointer names, or at the end when they are others. */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  { oid, size }: Pointer,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const chunk of source) {
    count += chunk.length;
    if (count > size) throw new LfsError(`more came than the ${size} bytes that the pointer names`);
    hash.update(chunk);
    yield chunk;
  }
  if (count < size)
    throw new LfsError(`${count} of the ${size} bytes came that the pointer names`, { isPassing: true });
  if (hash.digest('hex') !== oid) throw new LfsError('other content came than the pointer names');
}

/**
 * Objects of Git LFS in a folder, laid out as git-lfs has them below `lfs.storage`. The agent can write to it: nothing that lies there is
 * believed before it was hashed.
 */
export class LfsStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  file({ oid }: Pointer): string {
    return join(this.folder, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
  }

  /** True when there is a file of the object's size. */
  async has(pointer: Pointer): Promise<boolean> {
    const stat = await lstat(this.file(pointer)).catch(() => undefined);
    return stat?.isFile() === true && stat.size === pointer.size;
  }

  /** Takes an object in. Throws an LfsError for bytes that are not the object; nothing of them stays. */
  async put(pointer: Pointer, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    const file = this.file(pointer);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await this.#write(pointer, source, { file, mode: 0o600, signal });
  }

  /** The object's file, to be read through `verified`; undefined unless a regular file of its size is there. No link is followed. */
  async open(pointer: Pointer): Promise<FileHandle | undefined> {
    const file = this.file(pointer);
    const real = await realpath(this.folder).catch(() => undefined);
    const folder = await realpath(dirname(file)).catch(() => undefined);
    if (real === undefined || folder !== dirname(new LfsStore(real).file(pointer))) return undefined;
    const handle = await openUntrusted(file, pointer.size);
    if ((await handle?.stat())?.size === pointer.size) return handle;
    await handle?.close();
    return undefined;
  }

  /** Puts an object's content in the place of a file on the same volume. False when the object is not here. Throws an LfsError when what lies here is another. */
  async copyTo(pointer: Pointer, file: Buffer, mode: number): Promise<boolean> {
    const handle = await this.open(pointer);
    if (!handle) return false;
    try {
      await this.#write(pointer, handle.createReadStream({ autoClose: false, highWaterMark: CHUNK }), {
        file,
        mode,
      });
      return true;
    } finally {
      await handle.close();
    }
  }

  async #write(
    pointer: Pointer,
    source: AsyncIterable<Uint8Array>,
    to: { file: string | Buffer; mode: number; signal?: AbortSignal },
  ): Promise<void> {
    const folder = join(this.folder, 'tmp');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = join(folder, randomUUID());
    try {
      const target = createWriteStream(temporary, { flags: 'wx', highWaterMark: CHUNK });
      await pipeline(source, (bytes: AsyncIterable<Uint8Array>) => verified(bytes, pointer), target, {
        signal: to.signal,
      });
      await chmod(temporary, to.mode);
      await rename(temporary, to.file);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}
