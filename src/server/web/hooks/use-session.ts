import { useEffect, useState } from 'preact/hooks';
import { Refused } from '../net/api.ts';
import { hasCookie, signIn, type SignedIn, signOut } from '../net/sign-in.ts';
import { tokenInFragment } from '../state/token.ts';
import { rememberedToken, rememberToken } from './remembered.ts';

/** Why a user is asked to sign in, where there is more to say. */
export interface Why {
  title: string;
  text: string;
}

type Session =
  /** The server is being asked. */
  { state: 'asking' } | { state: 'out'; why?: Why } | { state: 'in'; signed: SignedIn };

/** Takes the token out of a link, and the link out of the address and the history. */
function takeToken(): string | undefined {
  const token = tokenInFragment(location.hash);
  if (token !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

const outOf = (error: unknown): Session => ({
  state: 'out',
  why:
    error instanceof Refused
      ? { title: 'The token was not accepted.', text: error.words.message }
      : { title: 'Not signed in.', text: error instanceof Error ? error.message : String(error) },
});

const inBy = (signed: SignedIn): Session => ({ state: 'in', signed });

async function enter(token: string): Promise<Session> {
  try {
    const signed = await signIn(token);
    rememberToken(signed.by === 'token' ? signed.token : undefined);
    return inBy(signed);
  } catch (error) {
    return outOf(error);
  }
}

/** The user of this browser: by a link's token, by the one of this tab, or by the cookie. */
async function find(): Promise<Session> {
  const given = takeToken();
  if (given !== undefined) return enter(given);
  const token = rememberedToken();
  if (token !== undefined) return inBy({ by: 'token', token });
  try {
    return (await hasCookie()) ? inBy({ by: 'cookie' }) : { state: 'out' };
  } catch (error) {
    return outOf(error);
  }
}

/** Who is signed in, and how that changes. */
export function useSession() {
  const [session, setSession] = useState<Session>({ state: 'asking' });
  const enterBy = (token: string): void => {
    setSession({ state: 'asking' });
    void enter(token).then(setSession);
  };
  useEffect(() => {
    void find().then(setSession);
    const another = (): void => {
      const token = takeToken();
      if (token !== undefined) enterBy(token);
    };
    addEventListener('hashchange', another);
    return () => removeEventListener('hashchange', another);
  }, []);
  return {
    session,
    enter: enterBy,
    /** An answer to an old session may come when there is a new one already. */
    refuse: (refused: SignedIn, text: string): void => {
      if (refused.by === 'token' && rememberedToken() === refused.token) rememberToken(undefined);
      const why = { title: 'Your session has ended.', text };
      setSession((now) => (now.state === 'in' && now.signed === refused ? { state: 'out', why } : now));
    },
    leave: (): void => {
      rememberToken(undefined);
      void signOut();
      setSession({ state: 'out' });
    },
  };
}
