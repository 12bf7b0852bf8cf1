import { ApiError } from './api-error.ts';
import { NoJson } from './answer.ts';
import { networkFailure } from './network-error.ts';

/** How often a request is sent at most: connections break seldom twice; a busy server says itself when to come again. */
const ATTEMPTS = 4;
const ATTEMPTS_WHEN_ASKED = 10;
const FIRST_MS = 100;
const MAX_MS = 8000;
/** The most that a timer can hold: asked for more it waits not at all. */
const LONGEST = 2_147_483_647;

/** Sending it twice has the effect of sending it once. POST makes an object, and the second answer would say that it exists. */
const isRepeatable = (method: string): boolean => method !== 'POST';

/** `ms` give or take a half, so that many clients do not come back at the same moment. */
export const jittered = (ms: number, random = Math.random): number => ms * (0.5 + random());

/**
 * Ms to wait before sending a failed request again; undefined when it must not be sent again. `attempt` counts from 1.
 * Again: what the server asks to send again (429, or 5xx with Retry-After), a GET that found the server in trouble, and
 * broken connections where a repetition does no harm.
 */
export function retryDelay(
  failure: unknown,
  method: string,
  attempt: number,
  random = Math.random,
): number | undefined {
  const backoff = jittered(Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1)), random);
  if (failure instanceof ApiError && isAsked(failure))
    return attempt < ATTEMPTS_WHEN_ASKED
      ? Math.min(LONGEST, (failure.retryAfterMs ?? 0) + backoff)
      : undefined;
  return attempt < ATTEMPTS && mayRepeat(failure, method) ? backoff : undefined;
}

/** The server did nothing and asks to come again. */
const isAsked = ({ status, retryAfterMs }: ApiError): boolean =>
  status === 429 || (status >= 500 && retryAfterMs !== undefined);

function mayRepeat(failure: unknown, method: string): boolean {
  if (failure instanceof ApiError) return failure.status >= 500 && method === 'GET';
  if (failure instanceof NoJson) return method === 'GET';
  const kind = networkFailure(failure);
  return kind === 'never sent' || (kind === 'lost' && isRepeatable(method));
}
