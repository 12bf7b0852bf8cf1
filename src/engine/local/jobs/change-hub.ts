import type { Key } from '../../engine.ts';
import { Wake } from './wake.ts';

/** Milliseconds of the longest wait; an abort or a change ends it sooner. */
const LONG = 60_000;

/** Tells listeners which sessions' Jobs may have changed. Several changes of one that no listener has taken yet are one. */
export class ChangeHub {
  readonly #listeners = new Set<(key: Key) => void>();

  emit({ namespace, name }: Key): void {
    for (const listener of this.#listeners) listener({ namespace, name });
  }

  /** Listens from the call on, until the signal aborts. */
  changes(signal: AbortSignal): AsyncIterable<Key> {
    const pending = new Map<string, Key>();
    const wake = new Wake();
    const listener = (key: Key): void => {
      pending.set(`${key.namespace}/${key.name}`, key);
      wake.wake();
    };
    const end = (): void => {
      this.#listeners.delete(listener);
      wake.wake();
    };
    if (!signal.aborted) {
      this.#listeners.add(listener);
      signal.addEventListener('abort', end, { once: true });
    }
    return take(pending, wake, signal);
  }
}

async function* take(pending: Map<string, Key>, wake: Wake, signal: AbortSignal): AsyncGenerator<Key> {
  while (!signal.aborted) {
    for (const [text, key] of pending) {
      pending.delete(text);
      yield key;
      if (signal.aborted) return;
    }
    if (pending.size === 0) await wake.wait(LONG);
  }
}
