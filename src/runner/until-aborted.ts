import { once } from 'node:events';

/** Waits for an action no longer than until the signal aborts, and then rejects with its reason: whatever the action still waits for. */
export async function untilAborted<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = once(signal, 'abort', { signal: done.signal }).then(() => {
    throw signal.reason;
  });
  // Rejected too when the action is done and nobody listens any more.
  aborted.catch(() => undefined);
  try {
    return await Promise.race([action(), aborted]);
  } finally {
    done.abort();
  }
}
