import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type GitOptions, gitPaths, readable } from './git.ts';
import { ancestors, type WorkTree } from './work-tree.ts';

/** Files in which package managers note what they resolved: an install writes one where the repository has none. */
const LOCK_FILES: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'uv.lock',
  'poetry.lock',
  'pdm.lock',
  'Pipfile.lock',
  'pixi.lock',
  'Cargo.lock',
  'go.sum',
  'Gemfile.lock',
  'composer.lock',
  'mix.lock',
  'gradle.lockfile',
  'packages.lock.json',
  'pubspec.lock',
  'Package.resolved',
]);

const paths = z.array(z.string());
const NOTED = z.object({ all: paths, plain: paths, locks: z.array(z.tuple([z.string(), z.string()])) });

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** True when the instructions name this file, or lock files in general. */
const asksFor = (path: string, instructions: string): boolean =>
  instructions.includes(readable(baseName(path))) || /\block[- ]?files?\b/i.test(instructions);

/**
 * What was untracked when the agent began, or came after a snapshot: installed dependencies, what checks leave. None of it is part of a
 * change, but for lock files that the agent changed or that the instructions ask for. All paths are as gitPaths has them.
 */
export class Untracked {
  readonly #place: WorkTree;
  readonly #options: GitOptions;
  /** Folders and files, ignored or not. */
  readonly #all = new Set<string>();
  /** Those of them that git does not ignore. */
  readonly #plain = new Set<string>();
  /** Digests of the lock files among them. */
  readonly #locks = new Map<string, string>();

  constructor(place: WorkTree, options: GitOptions) {
    this.#place = place;
    this.#options = options;
  }

  /** Remembers what is untracked beside the index of now. */
  async note(): Promise<void> {
    const args = ['ls-files', '-z', '--others', '--directory', '--no-empty-directory'];
    for (const path of await gitPaths(args, this.#options)) this.#all.add(trimmed(path));
    for (const path of await gitPaths([...args, '--exclude-standard'], this.#options)) {
      this.#plain.add(trimmed(path));
      if (LOCK_FILES.has(baseName(path))) this.#locks.set(path, await this.#digest(path));
    }
  }

  /** Files and folders that were untracked, ignored or not. */
  get all(): string[] {
    return [...this.#all];
  }

  /** What it remembers, as a text. */
  toJson(): string {
    return JSON.stringify({ all: [...this.#all], plain: [...this.#plain], locks: [...this.#locks] });
  }

  /** Remembers what a text of toJson says. */
  fromJson(text: string): void {
    const { all, plain, locks } = NOTED.parse(JSON.parse(text));
    for (const path of all) this.#all.add(path);
    for (const path of plain) this.#plain.add(path);
    for (const [path, digest] of locks) this.#locks.set(path, digest);
  }

  /** True for what was there before, by itself or inside a folder that was. */
  has(path: string): boolean {
    return within(this.#all, path);
  }

  /** As `has`, for what git did not ignore: `git add --all` of the agent takes it too, so that says nothing of what the agent wants. */
  hasPlain(path: string): boolean {
    return within(this.#plain, path);
  }

  /** True for a lock file that was there before and that is part of the change all the same. */
  async isWantedLock(path: string, instructions: string): Promise<boolean> {
    const before = this.#locks.get(path);
    if (before === undefined) return false;
    return asksFor(path, instructions) || before !== (await this.#digest(path));
  }

  isLock(path: string): boolean {
    return this.#locks.has(path);
  }

  /** Empty for what cannot be read as a file: `take` says why. */
  async #digest(path: string): Promise<string> {
    const stat = await this.#place.stat(path);
    if (!stat?.isFile()) return '';
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(this.#place.full(path)), hash);
    } catch {
      return '';
    }
    return hash.digest('hex');
  }
}

const trimmed = (path: string): string => path.replace(/\/$/, '');

const within = (paths: ReadonlySet<string>, path: string): boolean =>
  paths.has(path) || ancestors(path).some((folder) => paths.has(folder));
