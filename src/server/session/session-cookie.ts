import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { BgtaskError } from '../../domain/errors.ts';
import { bearerOf } from '../bearer.ts';
import { type SealedTokens, SIGNED_IN_FOR } from './sealed-token.ts';

/**
 * Sent with a cookie by the pages. A page of another site, or of another port of this host, cannot send it without being asked for leave (CORS),
 * which this server never gives.
 */
const OWN_PAGE = { header: 'X-Requested-With', value: 'bgtask' } as const;

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
  const isOwnPage = context.req.header(OWN_PAGE.header) === OWN_PAGE.value;
  const value =
    header === undefined && isOwnPage ? getCookie(context, cookieOf(context, cookies).name) : undefined;
  if (value === undefined) return bearerOf(header);
  const token = cookies.tokens.open(value, cookies.now());
  if (token !== undefined) return token;
  throw new BgtaskError('Unauthorized', 'The session has ended: sign in again.');
}

/** Has the browser keep a token. Throws TooLarge for one that is too long for a cookie. */
export function keepToken(context: Context, cookies: SessionCookies, token: string): void {
  const value = cookies.tokens.seal(token, cookies.now());
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
