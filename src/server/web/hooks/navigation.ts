import { useEffect, useState } from 'preact/hooks';
import { routeOf, type Route } from '../state/route.ts';

const current = (): Route => routeOf(location.pathname, location.search);
const MOVED = 'bgtask:moved';

/** Goes to another page without loading anything; `warnings` are shown there once. */
export function goTo(path: string, options: { replace?: boolean; warnings?: readonly string[] } = {}): void {
  const state = options.warnings?.length ? { warnings: options.warnings } : null;
  if (options.replace) history.replaceState(state, '', path);
  else history.pushState(state, '', path);
  dispatchEvent(new Event(MOVED));
  if (!options.replace) scrollTo(0, 0);
}

/** What the page before this one had to say. */
export function handedWarnings(): string[] {
  const state = history.state as { warnings?: unknown } | null;
  return Array.isArray(state?.warnings) ? state.warnings.map(String) : [];
}

/** The page that the address stands for, as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const moved = (): void => setRoute(current());
    addEventListener('popstate', moved);
    addEventListener(MOVED, moved);
    return () => {
      removeEventListener('popstate', moved);
      removeEventListener(MOVED, moved);
    };
  }, []);
  return route;
}
