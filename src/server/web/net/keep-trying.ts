import { backoff } from '../state/backoff.ts';
import { Refused } from './api.ts';

/** How a connection that is to last stands. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  /** Lost; tried again at `at`, in ms since 1970. */
  | { state: 'lost'; at: number }
  /** The server will not have it. */
  | { state: 'refused'; refusal: Refused }
  /** There is nothing more to come. */
  | { state: 'over' };

export interface Trying {
  /** One attempt: until the stream ends. Says `live` once it works; resolves true when nothing more will come. */
  attempt: (signal: AbortSignal, live: () => void) => Promise<boolean>;
  /** Told of each change. */
  tell: (connection: Connection) => void;
  signal: AbortSignal;
  /** Hands over what ends a wait early. */
  onWait?: (tryNow: () => void) => void;
}

/** Refusals that pass by themselves: too many requests, a server that ends or whose cluster is away. */
const PASSING = new Set([429, 500, 502, 503, 504]);

const wait = (ms: number, signal: AbortSignal, onWait?: (tryNow: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over, { once: true });
    onWait?.(over);
  });

/** Keeps a connection up until nothing more will come, the server refuses for good, or the signal aborts. Never rejects. */
export async function keepTrying({ attempt, tell, signal, onWait }: Trying): Promise<void> {
  let failures = 0;
  const live = (): void => {
    failures = 0;
    tell({ state: 'live' });
  };
  tell({ state: 'connecting' });
  while (!signal.aborted) {
    try {
      if (await attempt(signal, live)) return tell({ state: 'over' });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && !PASSING.has(error.words.status))
        return tell({ state: 'refused', refusal: error });
    }
    if (signal.aborted) return;
    failures += 1;
    const ms = backoff(failures, Math.random());
    tell({ state: 'lost', at: Date.now() + ms });
    await wait(ms, signal, onWait);
  }
}
