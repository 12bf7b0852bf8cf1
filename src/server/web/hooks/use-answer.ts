import { useEffect, useState } from 'preact/hooks';
import type { Api } from '../net/api.ts';
import { useApi } from './session.ts';

/** What the server answers once, or why it does not; asked again when one of the keys changes, and what there is stays until then. */
export function useAnswer<T>(
  ask: (api: Api, signal: AbortSignal) => Promise<T>,
  keys: readonly unknown[],
): { answer?: T; error?: Error } {
  const api = useApi();
  const [state, setState] = useState<{ answer?: T; error?: Error }>({});
  useEffect(() => {
    const over = new AbortController();
    ask(api, over.signal).then(
      (answer) => setState({ answer }),
      (cause: unknown) => {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        if (!over.signal.aborted) setState(({ answer }) => ({ answer, error }));
      },
    );
    return () => over.abort();
  }, [api, ...keys]);
  return state;
}
