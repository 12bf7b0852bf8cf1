import { setMaxListeners } from 'node:events';

/** A signal that aborts with one of others, or when time is up; call end() when done, or it leaks. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly timedOut: boolean;
  /** Time no longer matters: the answer has begun. */
  stopClock(): void;
  end(): void;
}

/** Own instead of AbortSignal.any, which keeps what it made as long as the outer signals live (Node 20). `ms` 0: no limit. */
export function timeLimit(outers: readonly (AbortSignal | undefined)[], ms: number): TimeLimit {
  const signals = outers.filter((outer) => outer !== undefined);
  const inner = new AbortController();
  // A caller's one signal may stand over any number of requests at once.
  setMaxListeners(0, inner.signal, ...signals);
  let timedOut = false;
  const follow = (): void => inner.abort(signals.find(({ aborted }) => aborted)?.reason);
  const timer =
    ms > 0
      ? setTimeout(() => {
          timedOut = true;
          inner.abort(new Error(`no answer within ${ms} ms`));
        }, ms)
      : undefined;
  if (signals.some(({ aborted }) => aborted)) follow();
  for (const outer of signals) outer.addEventListener('abort', follow, { once: true });
  return {
    signal: inner.signal,
    get timedOut() {
      return timedOut;
    },
    stopClock: () => clearTimeout(timer),
    end() {
      clearTimeout(timer);
      for (const outer of signals) outer.removeEventListener('abort', follow);
    },
  };
}
