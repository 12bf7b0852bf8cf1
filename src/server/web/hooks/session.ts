import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from '../net/api.ts';

const SessionContext = createContext<Api | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

/** The API for the user who is signed in. */
export function useApi(): Api {
  const api = useContext(SessionContext);
  if (!api) throw new Error('no user is signed in');
  return api;
}
