import { setMaxListeners } from 'node:events';

/** An AbortController that aborts with an outer signal too. Call `abort` when done: that also lets go of the outer one. */
export function linkedAbort(outer: AbortSignal): { signal: AbortSignal; abort: () => void } {
  const inner = new AbortController();
  // One signal may stand over any number of streams at once.
  setMaxListeners(0, outer, inner.signal);
  const abort = (): void => {
    outer.removeEventListener('abort', abort);
    inner.abort();
  };
  if (outer.aborted) inner.abort();
  else outer.addEventListener('abort', abort, { once: true });
  return { signal: inner.signal, abort };
}
