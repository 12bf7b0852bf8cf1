import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CHANGE_MAX, type ChangePart } from '../../../../domain/change-parts.ts';
import type { SpoolSpace } from './spool.ts';

/**
 * The change that a work stage hands over on its output, on disk until it is kept. The newest one that is whole counts: a stage that is
 * killed between two leaves the one before. Drops what the disk refuses, and pieces that do not follow each other.
 */
export class HandedChange {
  readonly #path: string;
  readonly #space: SpoolSpace;
  #open: { fd: number; id: string; next: number; size: number } | undefined;
  #whole: { size: number } | undefined;

  /** @param path Of the file with the whole change; the one that is being read lies beside it. */
  constructor(path: string, space: SpoolSpace) {
    this.#path = path;
    this.#space = space;
  }

  push({ id, part, of, data }: ChangePart): void {
    if (part === 1) this.#begin(id);
    if (!this.#open || this.#open.id !== id || this.#open.next !== part) return this.#abandon();
    const bytes = Buffer.from(data, 'base64');
    if (this.#open.size + bytes.length > CHANGE_MAX || !this.#write(bytes)) return this.#abandon();
    this.#open.next += 1;
    if (part === of) this.#finish();
  }

  /** The newest whole change, compressed; undefined when there is none, or the disk does not give it back. */
  read(): Buffer | undefined {
    try {
      return this.#whole && readFileSync(this.#path);
    } catch {
      return undefined;
    }
  }

  remove(): void {
    this.#abandon();
    this.#drop();
  }

  get #draft(): string {
    return `${this.#path}.part`;
  }

  #begin(id: string): void {
    this.#abandon();
    try {
      this.#open = { fd: openSync(this.#draft, 'w', 0o600), id, next: 1, size: 0 };
    } catch {
      // A full disk: the change before stays.
    }
  }

  #write(bytes: Buffer): boolean {
    if (!this.#open || !this.#space.take(bytes.length)) return false;
    this.#open.size += bytes.length;
    try {
      for (let from = 0; from < bytes.length;) from += writeSync(this.#open.fd, bytes, from);
      return true;
    } catch {
      return false;
    }
  }

  #finish(): void {
    if (!this.#open) return;
    const { fd, size } = this.#open;
    this.#open = undefined;
    this.#drop();
    try {
      closeSync(fd);
      renameSync(this.#draft, this.#path);
      this.#whole = { size };
    } catch {
      this.#space.give(size);
    }
  }

  #abandon(): void {
    if (!this.#open) return;
    this.#space.give(this.#open.size);
    closeSync(this.#open.fd);
    this.#open = undefined;
    rmSync(this.#draft, { force: true });
  }

  #drop(): void {
    if (!this.#whole) return;
    this.#space.give(this.#whole.size);
    this.#whole = undefined;
    rmSync(this.#path, { force: true });
  }
}
