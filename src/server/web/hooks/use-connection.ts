import { useEffect, useRef, useState } from 'preact/hooks';
import { keepTrying, type Connection, type Trying } from '../net/keep-trying.ts';

/** True while the page is seen. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const changed = (): void => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return visible;
}

/**
 * Keeps a connection up while the page is seen; a new one when one of the keys changes. A browser has six connections to a server for all of
 * its tabs, so a hidden tab gives its own up and catches up later.
 */
export function useConnection(
  attempt: Trying['attempt'],
  keys: readonly unknown[],
): { connection: Connection; tryNow: () => void } {
  const visible = useVisible();
  const [connection, tell] = useState<Connection>({ state: 'connecting' });
  const early = useRef<(() => void) | undefined>(undefined);
  const tryNow = (): void => early.current?.();
  useEffect(() => {
    if (!visible) return undefined;
    const over = new AbortController();
    void keepTrying({
      attempt,
      tell: (next) => {
        if (!over.signal.aborted) tell(next);
      },
      signal: over.signal,
      onWait: (end) => (early.current = end),
    });
    addEventListener('online', tryNow);
    return () => {
      over.abort();
      removeEventListener('online', tryNow);
    };
  }, [...keys, visible]);
  return { connection, tryNow };
}
