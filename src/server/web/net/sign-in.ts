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

/** True when the cookie of this browser is accepted. Throws Unreachable, and Refused for any other refusal than 401. */
export async function hasCookie(): Promise<boolean> {
  const secret = sessionSecret();
  if (secret === undefined) return false;
  try {
    await apiFor(undefined, nothing, secret).open(at.session);
    return true;
  } catch (error) {
    if (isRefusal(error, 401)) return false;
    throw error;
  }
}

/** Has the server take the cookie away; one that cannot be reached leaves it, and it ends by itself. */
export const signOut = async (): Promise<void> => {
  forgetSessionSecret();
  await apiFor(undefined, nothing).open(at.session, { method: 'DELETE' }).catch(nothing);
};
