import { setMaxListeners } from 'node:events';

/** A signal that aborts with another one, or when time is up; call end() when done, or it leaks. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly timedOut: boolean;
  /** Time no longer matters: the answer has begun. */
  stopClock(): void;
  end(): void;
}

/** Own instead of AbortSignal.any, which keeps what it made as long as the outer signal lives (Node 20). `ms` 0: no limit. */
export function timeLimit(outer: AbortSignal | undefined, ms: number): TimeLimit {
  const inner = new AbortController();
  // A caller's one signal may stand over any number of requests at once.
  if (outer) setMaxListeners(0, outer);
  setMaxListeners(0, inner.signal);
  let timedOut = false;
  const follow = (): void => inner.abort(outer?.reason);
  const timer =
    ms > 0
      ? setTimeout(() => {
          timedOut = true;
          inner.abort(new Error(`no answer within ${ms} ms`));
        }, ms)
      : undefined;
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow, { once: true });
  return {
    signal: inner.signal,
    get timedOut() {
      return timedOut;
    },
    stopClock: () => clearTimeout(timer),
    end() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}
