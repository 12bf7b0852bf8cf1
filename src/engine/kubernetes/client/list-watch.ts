import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../domain/errors.ts';
import { isExpired } from './http/api-error.ts';
import { jittered } from './http/retry.ts';
import { Known, type Change } from './known.ts';
import type { KubeObject, Selection } from './objects.ts';
import type { Resource } from './resource.ts';

export interface ListWatchOptions<T> extends Selection {
  signal: AbortSignal;
  /** Applied to each object before it is stored and yielded; drop here the fields that are not read. */
  transform?: (object: T) => T;
  /** Told each time that the watch failed after the first list; it goes on by itself. */
  onProblem?: (sentence: string) => void;
  /** Objects in a page; 500. */
  pageSize?: number;
  /** How long the server is asked to keep one watch, in seconds; by default anything from 5 to 10 minutes. */
  watchSeconds?: () => number;
  /** See WatchOptions. */
  slackMs?: number;
  /** See WatchOptions. */
  silenceMs?: number;
  /** Ms before the second repetition after a failure, doubled up to 30 s; 500. The first one comes at once. */
  backoffMs?: number;
}

export type ListWatchEvent<T> = Change<T> | { type: 'SYNCED' };

const anyWatchSeconds = (): number => 300 + Math.floor(Math.random() * 300);
const BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** A watch that ended sooner, and told nothing, counts as a failure: the server may be in trouble. */
const TOO_SHORT_MS = 1000;

/**
 * Every object there is as ADDED, one SYNCED, then every change, until the signal aborts. Goes on through ended, broken
 * and stalled watches from the version it has seen; when that version has expired, it lists again and yields the difference,
 * with DELETED for objects that vanished. Rejects only if the first list fails. Stores the last state of each object.
 */
export async function* listWatch<T extends KubeObject>(
  source: Resource<T>,
  options: ListWatchOptions<T>,
): AsyncGenerator<ListWatchEvent<T>, void> {
  const { signal } = options;
  const rounds = new Rounds(source, options);
  while (!signal.aborted) {
    try {
      yield* until(signal, rounds.next());
    } catch (error) {
      if (signal.aborted) return;
      rounds.failed(error);
    }
    await rounds.pause();
  }
}

async function* until<T>(signal: AbortSignal, all: AsyncIterable<T>): AsyncGenerator<T, void> {
  for await (const one of all) {
    if (signal.aborted) return;
    yield one;
  }
}

/** What one round leaves for the next: a round is a list, where one is due, and a watch. */
class Rounds<T extends KubeObject> {
  readonly #source: Resource<T>;
  readonly #options: ListWatchOptions<T>;
  readonly #known = new Known<T>();
  /** Where a watch may go on; undefined when everything must be listed. */
  #version: string | undefined;
  #synced = false;
  /** Rounds in a row that brought nothing. */
  #failures = 0;

  constructor(source: Resource<T>, options: ListWatchOptions<T>) {
    this.#source = source;
    this.#options = options;
  }

  async *next(): AsyncGenerator<ListWatchEvent<T>, void> {
    if (this.#version === undefined) yield* this.#list();
    if (!this.#synced) {
      this.#synced = true;
      yield { type: 'SYNCED' };
    }
    const began = Date.now();
    // Undone by any sign of life.
    this.#failures++;
    yield* this.#watch();
    if (Date.now() - began >= TOO_SHORT_MS) this.#failures = 0;
  }

  /** Throws the error if the first list is not complete yet. */
  failed(error: unknown): void {
    if (!this.#synced) throw error;
    this.#failures = Math.max(1, this.#failures);
    if (isExpired(error)) this.#version = undefined;
    else
      this.#options.onProblem?.(
        `watching ${this.#source.type.plural} failed, trying again: ${messageOf(error)}`,
      );
  }

  /** Most watches end because their time is up, or their version is gone: the first repetition does not wait. */
  async pause(): Promise<void> {
    if (this.#failures < 2) return;
    const { backoffMs = BACKOFF_MS, signal } = this.#options;
    const ms = Math.min(MAX_BACKOFF_MS, backoffMs * 2 ** (this.#failures - 2));
    await sleep(jittered(ms), undefined, { signal }).catch(() => undefined);
  }

  async *#list(): AsyncGenerator<Change<T>, void> {
    const { namespace, labelSelector, fieldSelector, signal, pageSize } = this.#options;
    const seen = new Set<string>();
    const pages = this.#source.pages({
      namespace,
      labelSelector,
      fieldSelector,
      signal,
      limit: pageSize,
      restart: () => seen.clear(),
    });
    let version: string | undefined;
    for await (const { items, resourceVersion } of pages) {
      version = resourceVersion;
      for (const item of items) {
        const kept = this.#kept(item);
        seen.add(this.#known.keyOf(kept));
        yield* this.#known.put(kept);
      }
    }
    yield* this.#known.keepOnly(seen);
    this.#version = version;
  }

  async *#watch(): AsyncGenerator<Change<T>, void> {
    const { namespace, labelSelector, fieldSelector, signal, slackMs, silenceMs } = this.#options;
    const events = this.#source.watch({
      namespace,
      labelSelector,
      fieldSelector,
      signal,
      slackMs,
      silenceMs,
      resourceVersion: this.#version ?? '',
      timeoutSeconds: (this.#options.watchSeconds ?? anyWatchSeconds)(),
    });
    for await (const { type, object } of events) {
      this.#failures = 0;
      this.#version = object.metadata.resourceVersion ?? this.#version;
      if (type === 'BOOKMARK') continue;
      const kept = this.#kept(object);
      yield* type === 'DELETED' ? this.#known.remove(kept) : this.#known.put(kept);
    }
  }

  #kept(object: T): T {
    const { transform } = this.#options;
    return transform ? transform(object) : object;
  }
}
