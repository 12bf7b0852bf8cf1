import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** The folder that the agent works in, by paths as gitPaths has them: one character a byte. */
export class WorkTree {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path's name for the file system. */
  full(path: string): Buffer {
    return Buffer.concat([Buffer.from(`${this.#folder}/`), Buffer.from(path, 'latin1')]);
  }

  /** What lies at a path, a link as a link; undefined for nothing. */
  stat(path: string): Promise<Stats | undefined> {
    return lstat(this.full(path)).catch(() => undefined);
  }

  /** As `stat`, and nothing where a symbolic link stands above the path: git does not look behind one. */
  async reach(path: string): Promise<Stats | undefined> {
    for (const folder of ancestors(path)) if ((await this.stat(folder))?.isSymbolicLink()) return undefined;
    return this.stat(path);
  }
}

/** The folders above a path, outermost first. */
export function ancestors(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}
