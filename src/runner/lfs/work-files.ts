import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { git, gitBytes, type GitOptions } from '../git.ts';
import type { WorkTree } from '../work-tree.ts';
import { fillOne } from './fill.ts';
import { inParallel } from './parallel.ts';
import { parsePointer, type Pointer, pointerText } from './pointer.ts';
import { CHUNK, type LfsStore } from './store.ts';
import { filtersOf, smallText, trackedPointers } from './tracked.ts';

/** Milliseconds in which a file may change twice and have the times of the first. */
const RACY_MS = 2000;

/** A file's mode in git. */
const modeOf = (stat: Stats): string => ((stat.mode & 0o100) === 0 ? '100644' : '100755');

/**
 * Files of Git LFS in the folder that the agent works in: there they have their content, in the repository their pointers. Git is told of no
 * filter, so it takes each for changed; this says which are. Paths are as gitPaths has them.
 */
export class WorkFiles {
  readonly #tree: WorkTree;
  readonly #options: GitOptions;
  readonly #store: LfsStore;
  /** Digests by path, with what the file looked like when it was read. */
  readonly #known = new Map<string, { look: string; pointer: Pointer }>();

  constructor(tree: WorkTree, options: GitOptions, store: LfsStore) {
    this.#tree = tree;
    this.#options = options;
    this.#store = store;
  }

  /** Of paths that git takes for changed, those that are. */
  async changed(paths: readonly string[]): Promise<string[]> {
    if (paths.length === 0) return [];
    const tracked = new Map((await trackedPointers(this.#options)).map((file) => [file.path, file]));
    const same = new Set<string>();
    await inParallel(paths, async (path) => {
      const file = tracked.get(path);
      const stat = file && (await this.#tree.reach(path));
      if (!stat?.isFile() || modeOf(stat) !== file?.mode) return;
      if ((await this.#pointer(path))?.oid === file.pointer.oid) same.add(path);
    });
    return paths.filter((path) => !same.has(path));
  }

  /** Those of the paths that belong into Git LFS, by the attributes that lie there, and that hold their content. */
  async among(paths: readonly string[]): Promise<Set<string>> {
    const large = new Set<string>();
    if (paths.length === 0) return large;
    for (const [path, filter] of await filtersOf(paths, 'files', this.#options)) {
      const stat = filter === 'lfs' ? await this.#tree.reach(path) : undefined;
      if (stat?.isFile() && !parsePointer((await smallText(this.#tree, path)) ?? '')) large.add(path);
    }
    return large;
  }

  /** Puts pointers into the index in the place of files, and the files' content into the store: from there it is uploaded. */
  async stage(paths: Iterable<string>): Promise<void> {
    const entries: Buffer[] = [];
    for (const path of paths) {
      const stat = await this.#tree.reach(path);
      const pointer = stat?.isFile() ? await this.#pointer(path) : undefined;
      if (!stat || !pointer) continue;
      if (pointer.size > 0 && !(await this.#store.has(pointer)))
        await this.#store.put(
          pointer,
          createReadStream(this.#tree.full(path), { highWaterMark: CHUNK }),
          this.#options.signal,
        );
      const blob = await git(['hash-object', '-w', '--stdin'], {
        ...this.#options,
        input: pointerText(pointer),
      });
      entries.push(Buffer.from(`${modeOf(stat)} ${blob}\t${path}\0`, 'latin1'));
    }
    if (entries.length > 0)
      await gitBytes(['update-index', '-z', '--index-info'], {
        ...this.#options,
        input: Buffer.concat(entries),
      });
  }

  /** Puts content in the place of pointers that were written to the folder again, as far as the store has it. */
  async refill(paths: readonly string[]): Promise<void> {
    const written = new Set(paths);
    for (const file of await trackedPointers(this.#options))
      if (written.has(file.path)) await fillOne(this.#tree, file, this.#store);
  }

  /** The pointer of a file's content; of a file that is a pointer, itself. Undefined when it cannot be read. */
  async #pointer(path: string): Promise<Pointer | undefined> {
    const stat = await this.#tree.stat(path);
    if (!stat?.isFile()) return undefined;
    const look = [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
    const known = this.#known.get(path);
    if (known?.look === look) return known.pointer;
    const read = parsePointer((await smallText(this.#tree, path)) ?? '') ?? (await this.#digest(path));
    if (read && Date.now() - stat.ctimeMs > RACY_MS) this.#known.set(path, { look, pointer: read });
    return read;
  }

  async #digest(path: string): Promise<Pointer | undefined> {
    const hash = createHash('sha256');
    let size = 0;
    try {
      await pipeline(
        createReadStream(this.#tree.full(path), { highWaterMark: CHUNK }),
        async (bytes: AsyncIterable<Buffer>) => {
          for await (const chunk of bytes) {
            size += chunk.length;
            hash.update(chunk);
          }
        },
      );
    } catch {
      this.#options.signal?.throwIfAborted();
      return undefined;
    }
    return { oid: hash.digest('hex'), size };
  }
}
