import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../../atomic-file.ts';
import { SAFE_OPEN } from './durable-file.ts';
import { type LogPiece, LogText } from './log-text.ts';

/** Bytes read at once. */
const CHUNK = 65_536;

/** A stage's log as it grows. Each reading goes on where the last one ended; a log that became shorter or another file is read from its beginning again. */
export class LogFile {
  readonly #path: string;
  #inode: number | undefined;
  #offset = 0;
  #text = new LogText();

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns what was written since the last call, up to the size of the log when reading starts. Returns nothing if the log does not exist or is not a file. */
  async *read(): AsyncGenerator<LogPiece> {
    const file = await open(this.#path, constants.O_RDONLY | SAFE_OPEN).catch((error: unknown) => {
      if (['ENOENT', 'ELOOP'].includes(codeOf(error) ?? '')) return undefined;
      throw error;
    });
    if (!file) return;
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return;
      const { ino, size } = stat;
      if (ino !== this.#inode || size < this.#offset) this.#restart(ino);
      const buffer = Buffer.alloc(Math.min(CHUNK, size - this.#offset));
      while (this.#offset < size) {
        const { bytesRead } = await file.read(
          buffer,
          0,
          Math.min(buffer.length, size - this.#offset),
          this.#offset,
        );
        if (bytesRead === 0) return;
        this.#offset += bytesRead;
        yield this.#text.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  /** What was held back, when no more will come. */
  end(): LogPiece {
    return this.#text.end();
  }

  #restart(inode: number): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#text = new LogText();
  }
}
