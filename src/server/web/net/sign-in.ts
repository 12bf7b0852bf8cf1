import { forgetSessionSecret, newSessionSecret, sessionSecret } from '../hooks/remembered.ts';
import { apiFor, at, Refused } from './api.ts';

/** How a user is signed in: by the cookie, or by a token that this tab keeps because it is too long for a cookie. */
export type SignedIn = { by: 'cookie' } | { by: 'token'; token: string };

const nothing = (): void => undefined;
/** What the server answers to a token that is too long for a cookie. */
const TOO_LARGE = 413;

const isRefusal = (error: unknown, ...statuses: number[]): error is Refused =>
  error instanceof Refused && statuses.includes(error.words.status);

/** Signs this browser in with a token. Throws Refused for one that is not accepted, and what fetch throws. */
export async function signIn(token: string): Promise<SignedIn> {
  const secret = newSessionSecret();
  if (secret === undefined) return { by: 'token', token };
  try {
    const headers = { 'X-Bgtask-Session': secret };
    await apiFor(token, nothing).open(at.session, { method: 'POST', keepsCookie: true, headers });
    return { by: 'cookie' };
  } catch (error) {
    if (isRefusal(error, TOO_LARGE)) return { by: 'token', token };
    throw error;
  }
}

/** The user whom a token signs in, or the cookie of this browser with its secret. Undefined where that is refused. Throws Unreachable, and Refused for any other refusal than 401. */
async function userOf(token: string | undefined, secret?: string): Promise<string | undefined> {
  try {
    return (await apiFor(token, nothing, secret).json<{ user: string }>(at.session)).user;
  } catch (error) {
    if (isRefusal(error, 401)) return undefined;
    throw error;
  }
}

/** The user of the cookie; undefined where no user is signed in. Throws as fetch does. */
export const signedInUser = (): Promise<string | undefined> => {
  const secret = sessionSecret();
  return secret === undefined ? Promise.resolve(undefined) : userOf(undefined, secret);
};

/** The user of a token; undefined for a token that is not accepted. */
export const tokenUser = (token: string): Promise<string | undefined> => userOf(token);

/** Has the server take the cookie away; one that cannot be reached leaves it, and it ends by itself. */
export const signOut = async (): Promise<void> => {
  forgetSessionSecret();
  await apiFor(undefined, nothing).open(at.session, { method: 'DELETE' }).catch(nothing);
};
