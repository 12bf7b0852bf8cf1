import { closeSync, createReadStream, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes kept of the beginning and of the end of one stage's log. What lies between goes. */
export interface SpoolLimits {
  head: number;
  tail: number;
}

/** Bytes on disk that all spools together may take. */
export class SpoolSpace {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** A file that grows. */
class Part {
  readonly path: string;
  size = 0;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'w', 0o600);
  }

  write(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) from += writeSync(this.#fd, bytes, from);
    this.size += bytes.length;
  }

  remove(): void {
    closeSync(this.#fd);
    rmSync(this.path, { force: true });
  }
}

/** Empties or creates the folder of all spools: what an earlier process left is read again from the pods. */
export function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * One stage's log on disk, until it is archived: its beginning, and at least `tail` and at most twice as many bytes of its end. Drops what does
 * not fit, or what the disk refuses: a log is not worth a task.
 */
export class Spool {
  readonly #base: string;
  readonly #limits: SpoolLimits;
  readonly #space: SpoolSpace;
  #head: Part | undefined;
  #old: Part | undefined;
  #young: Part | undefined;
  #omitted = 0;
  #tails = 0;

  constructor(base: string, limits: SpoolLimits, space: SpoolSpace) {
    this.#base = base;
    this.#limits = limits;
    this.#space = space;
  }

  /** Bytes that were dropped. */
  get omitted(): number {
    return this.#omitted;
  }

  write(bytes: Buffer): void {
    const room = Math.max(0, this.#limits.head - (this.#head?.size ?? 0));
    // The end of the head is where the first piece did not fit: none comes after it.
    const headed = this.#young || this.#omitted > 0 ? 0 : Math.min(room, bytes.length);
    if (headed > 0) this.#put('head', bytes.subarray(0, headed));
    if (headed < bytes.length) this.#tail(bytes.subarray(headed));
  }

  /** What is kept, with a line for what is not. */
  async *read(): AsyncGenerator<Buffer> {
    if (this.#head) yield* fileOf(this.#head);
    if (this.#omitted > 0) yield leftOut(this.#omitted);
    for (const part of [this.#old, this.#young]) if (part) yield* fileOf(part);
  }

  remove(): void {
    for (const part of [this.#head, this.#old, this.#young]) this.#drop(part);
    this.#head = this.#old = this.#young = undefined;
  }

  #tail(bytes: Buffer): void {
    if (bytes.length > this.#limits.tail) {
      this.#omitted += bytes.length - this.#limits.tail;
      bytes = bytes.subarray(-this.#limits.tail);
    }
    if ((this.#young?.size ?? 0) + bytes.length > this.#limits.tail) this.#turn();
    this.#put('tail', bytes);
  }

  /** The older half of the end makes room. */
  #turn(): void {
    this.#omitted += this.#old?.size ?? 0;
    this.#drop(this.#old);
    this.#old = this.#young;
    this.#young = undefined;
  }

  #put(where: 'head' | 'tail', bytes: Buffer): void {
    if (this.#space.take(bytes.length)) {
      try {
        this.#part(where).write(bytes);
        return;
      } catch {
        this.#space.give(bytes.length);
      }
    }
    this.#omitted += bytes.length;
  }

  #part(where: 'head' | 'tail'): Part {
    if (where === 'head') return (this.#head ??= new Part(`${this.#base}.head`));
    return (this.#young ??= new Part(`${this.#base}.tail-${++this.#tails}`));
  }

  #drop(part: Part | undefined): void {
    if (!part) return;
    this.#space.give(part.size);
    part.remove();
  }
}

const leftOut = (bytes: number): Buffer => Buffer.from(`\n[${bytes} bytes of log left out here]\n`);

/** As much of a file as was written when the reading began; a line for what the disk does not give back. */
async function* fileOf({ path, size }: Part): AsyncGenerator<Buffer> {
  if (size === 0) return;
  let read = 0;
  try {
    for await (const chunk of createReadStream(path, { end: size - 1 })) {
      yield chunk as Buffer;
      read += (chunk as Buffer).length;
    }
  } catch {
    yield leftOut(size - read);
  }
}

/** The path that a pod's spools begin with. */
export const spoolBase = (folder: string, podUid: string, stage: string): string =>
  join(folder, `${podUid}.${stage}`);
