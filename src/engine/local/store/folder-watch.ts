import { statSync, watch } from 'node:fs';
import { messageOf } from '../../../domain/errors.ts';
import type { Changes } from './watch.ts';
import { errnoOf } from './store-errors.ts';

const POLL_MS = 500;
const SAFETY_POLL_MS = 5_000;
/** Ms between two looks at least: many changes at once are one. */
const GAP_MS = 20;

/** Starts to watch a folder; throws or calls onError when the system cannot. */
type OpenWatcher = (path: string, onEvent: () => void, onError: (error: Error) => void) => { close(): void };

export interface FolderWatchOptions {
  /** The folders that should be watched, each after the one above it; those that are not there are passed over. */
  paths: () => string[];
  signal: AbortSignal;
  onProblem: (sentence: string) => void;
  /** False: poll only. */
  notify?: boolean;
  pollMs?: number;
  safetyPollMs?: number;
  open?: OpenWatcher;
}

const openWatcher: OpenWatcher = (path, onEvent, onError) => watch(path, onEvent).on('error', onError);

/** Notices of change in folders that come and go. Where the system gives none, the time between two polls is shorter. */
export class FolderWatch implements Changes {
  readonly #options: FolderWatchOptions;
  readonly #watchers = new Map<string, { inode: string; close(): void }>();
  #dirty = false;
  #blind: boolean;
  #told = false;
  #lookedAt = -Infinity;
  #wake: () => void = () => undefined;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#blind = options.notify === false;
    options.signal.addEventListener('abort', this.#end, { once: true });
  }

  refresh(): void {
    this.#dirty = false;
    this.#lookedAt = performance.now();
    // A folder made between the listing of paths and the watching of the one above would be missed: until all is as it was.
    while (!this.#blind && this.#watchMissing());
  }

  async next(): Promise<void> {
    const { signal, pollMs = POLL_MS, safetyPollMs = SAFETY_POLL_MS } = this.#options;
    const patience = this.#blind ? pollMs : safetyPollMs;
    await this.#sleep(patience, () => this.#dirty || signal.aborted);
    const gap = this.#lookedAt + GAP_MS - performance.now();
    if (gap > 0) await this.#sleep(gap, () => signal.aborted);
  }

  close(): void {
    this.#options.signal.removeEventListener('abort', this.#end);
    this.#closeWatchers();
    this.#wake();
  }

  readonly #end = (): void => this.close();

  /** Resolves after a time, or as soon as `done` says so: it is asked now and whenever it is woken. */
  #sleep(ms: number, done: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.#wake = () => {
        if (done()) finish();
      };
      this.#wake();
    });
  }

  /** Watches the folders that are not watched yet; true when there were any. */
  #watchMissing(): boolean {
    if (this.#options.signal.aborted) return false;
    const paths = this.#options.paths();
    for (const path of this.#watchers.keys()) if (!paths.includes(path)) this.#drop(path);
    return paths.filter((path) => this.#watchOne(path)).length > 0;
  }

  #watchOne(path: string): boolean {
    const stat = statSync(path, { throwIfNoEntry: false });
    const inode = stat && `${stat.dev}:${stat.ino}`;
    if (inode === this.#watchers.get(path)?.inode) return false;
    this.#drop(path);
    if (!inode || this.#blind) return false;
    try {
      const open = this.#options.open ?? openWatcher;
      const watcher = open(path, this.#noticed, (error) => this.#goBlind(error));
      this.#watchers.set(path, { inode, close: () => watcher.close() });
      return true;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') this.#goBlind(error);
      return false;
    }
  }

  readonly #noticed = (): void => {
    this.#dirty = true;
    this.#wake();
  };

  #drop(path: string): void {
    this.#watchers.get(path)?.close();
    this.#watchers.delete(path);
  }

  #closeWatchers(): void {
    for (const path of this.#watchers.keys()) this.#drop(path);
  }

  #goBlind(error: unknown): void {
    this.#blind = true;
    this.#closeWatchers();
    if (!this.#told) this.#options.onProblem(`changes are looked for by polling: ${messageOf(error)}`);
    this.#told = true;
    this.#noticed();
  }
}
