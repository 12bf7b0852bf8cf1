import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { BgtaskError } from '../../domain/errors.ts';
import { bearerOf } from '../bearer.ts';
import { type SealedTokens, SIGNED_IN_FOR } from './sealed-token.ts';

/**
 * Sent with a cookie by the pages: a random secret that they keep for their own origin. A page of another site, or of another port of this host, does not
 * know it, and could not send the header without being asked for leave (CORS), which this server never gives.
 */
const SECRET_HEADER = 'X-Bgtask-Session';
const SECRET = /^[\w-]{20,100}$/;

const secretOf = (context: Context): string | undefined =>
  SECRET.exec(context.req.header(SECRET_HEADER) ?? '')?.[0];

/** Where the session cookie comes from and what opens it. */
export interface SessionCookies {
  tokens: SealedTokens;
  /** True when the server itself speaks TLS. */
  secure: boolean;
  now: () => Date;
}

/** True when the browser speaks TLS: to this server, or to a proxy before it. */
const isSecure = (context: Context, { secure }: SessionCookies): boolean =>
  secure || context.req.header('X-Forwarded-Proto')?.split(',')[0]?.trim() === 'https';

/** Cookies of one host are shared by its ports, so the name has the port; __Host- keeps subdomains from setting it. */
function cookieOf(context: Context, cookies: SessionCookies): { name: string; options: CookieOptions } {
  const secure = isSecure(context, cookies);
  const { port } = new URL(context.req.url);
  return {
    name: `${secure ? '__Host-' : ''}bgtask-session${port && `-${port}`}`,
    options: { path: '/', httpOnly: true, sameSite: 'Strict', secure },
  };
}

/** The caller's token: of the header Authorization, else of the cookie of the pages. Throws Unauthorized. */
export function callersToken(context: Context, cookies: SessionCookies): string {
  const header = context.req.header('Authorization');
  const secret = secretOf(context);
  const value =
    header === undefined && secret ? getCookie(context, cookieOf(context, cookies).name) : undefined;
  if (value === undefined || !secret) return bearerOf(header);
  const token = cookies.tokens.open(value, secret, cookies.now());
  if (token !== undefined) return token;
  throw new BgtaskError('Unauthorized', 'Sign in again.');
}

/** Has the browser keep a token. Throws Usage without the secret of the page, and TooLarge for a token that is too long for a cookie. */
export function keepToken(context: Context, cookies: SessionCookies, token: string): void {
  const secret = secretOf(context);
  if (!secret)
    throw new BgtaskError(
      'Usage',
      `Send ${SECRET_HEADER}: 20 to 100 random letters, digits, - and _, which later requests repeat.`,
    );
  const value = cookies.tokens.seal(token, secret, cookies.now());
  if (value === undefined)
    throw new BgtaskError('TooLarge', 'The token is too long for a cookie. Send it with each request.');
  const { name, options } = cookieOf(context, cookies);
  setCookie(context, name, value, { ...options, maxAge: SIGNED_IN_FOR });
}

/** Has the browser forget it. */
export function forgetToken(context: Context, cookies: SessionCookies): void {
  const { name, options } = cookieOf(context, cookies);
  deleteCookie(context, name, options);
}
