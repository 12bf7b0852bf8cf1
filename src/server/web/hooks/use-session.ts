import { useEffect, useState } from 'preact/hooks';
import { Refused } from '../net/api.ts';
import { signedInUser, signIn, type SignedIn, signOut, tokenUser } from '../net/sign-in.ts';
import { tokenInFragment } from '../state/token.ts';
import { rememberedToken, rememberToken } from './remembered.ts';

/** Why a user is asked to sign in, where there is more to say. */
export interface Why {
  title: string;
  text: string;
}

/** A link that would sign another user in, in all tabs of this browser. */
export interface Switch {
  from: string;
  to: string;
  token: string;
}

type Session =
  /** The server is being asked. */
  | { state: 'asking' }
  | { state: 'out'; why?: Why }
  | { state: 'switch'; asked: Switch }
  | { state: 'in'; signed: SignedIn };

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

/** Enters by the token of a link. Where another user is signed in, asks first: a link from elsewhere must not sign a user out in secret. */
async function follow(token: string): Promise<Session> {
  try {
    const from = await signedInUser();
    const to = from === undefined ? undefined : await tokenUser(token);
    if (from !== undefined && to !== undefined && from !== to)
      return { state: 'switch', asked: { from, to, token } };
  } catch (error) {
    return outOf(error);
  }
  return enter(token);
}

/** The user of this browser: by a link's token, by the one of this tab, or by the cookie. */
async function find(): Promise<Session> {
  const given = takeToken();
  if (given !== undefined) return follow(given);
  const token = rememberedToken();
  if (token !== undefined) return inBy({ by: 'token', token });
  try {
    return (await signedInUser()) === undefined ? { state: 'out' } : inBy({ by: 'cookie' });
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
      if (token === undefined) return;
      setSession({ state: 'asking' });
      void follow(token).then(setSession);
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
    /** Answers the question about another user's link. */
    answer: ({ token }: Switch, isWanted: boolean): void =>
      isWanted ? enterBy(token) : setSession(inBy({ by: 'cookie' })),
    leave: (): void => {
      rememberToken(undefined);
      void signOut();
      setSession({ state: 'out' });
    },
  };
}
