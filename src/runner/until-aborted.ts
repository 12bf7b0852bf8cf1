import { once } from 'node:events';

/** Waits for an action no longer than until the signal aborts, and then rejects with its reason: whatever the action still waits for. */
export async function untilAborted<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = once(signal, 'abort', { signal: done.signal }).then(() => {
    throw signal.reason;
  });
  // It rejects also after the action is done, when no code handles it any more.
  aborted.catch(() => undefined);
  try {
    return await Promise.race([action(), aborted]);
  } finally {
    done.abort();
  }
}
