import { randomUUID } from 'node:crypto';
import { Octokit } from '@octokit/rest';
import { retry } from '@octokit/plugin-retry';
import { throttling, type ThrottlingOptions } from '@octokit/plugin-throttling';
import { proxiedFetch } from './proxied-fetch.ts';

/** Times of the GitHub client, for tests that must not wait; the defaults are what users get. */
export interface GithubTiming {
  /** Milliseconds that one request, with its answer, may take: 30,000. */
  requestTimeout?: number;
  /** Milliseconds of one "second" of every wait, the plugins' `retryAfterBaseValue`: 1,000. */
  second?: number;
  /** Seconds that one forge waits in all when GitHub asks it to: 300. */
  longestWait?: number;
  /** Further options of the throttling plugin, e.g. other groups for the spacing of writes. */
  throttle?: Partial<ThrottlingOptions>;
}

interface GithubClientOptions extends GithubTiming {
  apiUrl: string;
  /** A token, or what an authentication strategy is made with. */
  auth: string | object;
  authStrategy?: (options: never) => unknown;
  /** Names the proxy to go through. */
  env: Readonly<NodeJS.ProcessEnv>;
  log(line: string): void;
  /** Breaks off what is under way. */
  signal: AbortSignal;
}

const REQUEST_TIMEOUT = 30_000;
const LONGEST_WAIT = 300;
const LIMIT_RETRIES = 3;

/** What not to ask again: the retry plugin's own list, and 429, which is the throttling plugin's. */
const FINAL = [400, 401, 403, 404, 410, 422, 429, 451];

/** Seconds to wait when a 429 does not say: GitHub's documentation asks for at least one minute. */
const UNSAID_WAIT = 60;

const silent = (): void => {};

const WithRetries = Octokit.plugin(retry, throttling);
export type GithubClient = InstanceType<typeof WithRetries>;

/**
 * An Octokit that retries server errors and lost connections 3 times, spaces its writes, and waits when GitHub asks it to, up to
 * `longestWait` seconds in all. It writes nothing to the console.
 */
export function githubClient(options: GithubClientOptions): GithubClient {
  const second = options.second ?? 1000;
  const wait = waiting(options);
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return new WithRetries({
    auth: options.auth,
    ...(options.authStrategy && { authStrategy: options.authStrategy }),
    baseUrl: options.apiUrl,
    userAgent: 'bgtask',
    log,
    request: { fetch: fetchWhole(options), log },
    retry: { doNotRetry: FINAL, retryAfterBaseValue: second },
    throttle: {
      // Each forge has limiters of its own: one task does not wait for another's writes.
      id: randomUUID(),
      retryAfterBaseValue: second,
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
      ...options.throttle,
    },
  });
}

/** Decides whether to wait for a limit to end: as long as there is time left, and 3 times for one request. */
function waiting(options: GithubClientOptions) {
  let left = options.longestWait ?? LONGEST_WAIT;
  return (seconds: number, _request: object, _client: object, count: number): boolean => {
    if (count >= LIMIT_RETRIES || seconds > left) return false;
    left -= seconds;
    options.log(`GitHub's rate limit is reached: waiting ${seconds} s, as it asks`);
    return true;
  };
}

/** fetch with a time limit that covers the answer's body too, which octokit reads without noticing that it broke off. */
function fetchWhole({ requestTimeout, signal: end, env }: GithubClientOptions): typeof fetch {
  const timeout = requestTimeout ?? REQUEST_TIMEOUT;
  const send = proxiedFetch(env);
  return async (url, init) => {
    const signal = AbortSignal.any([end, AbortSignal.timeout(timeout)]);
    let response: Response;
    let text: string;
    try {
      response = await send(url, { ...init, signal });
      text = await response.text();
    } catch (error) {
      // Under this name octokit does not try again.
      throw end.aborted ? new DOMException('The stage ends.', 'AbortError') : error;
    }
    const { status, statusText } = response;
    return new Response(text === '' ? null : text, { status, statusText, headers: limitHeaders(response) });
  };
}

/** A proxy's 429 has only Retry-After, or not even that; the throttling plugin reads GitHub's own headers. */
function limitHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  const after = headers.get('retry-after');
  const limited = response.status === 429 || (response.status === 403 && after !== null);
  if (!limited || headers.get('x-ratelimit-remaining') === '0') return headers;
  const date = Date.parse(after ?? '') - Date.now();
  const seconds = /^\d+$/.test(after ?? '') ? Number(after) : date > 0 ? date / 1000 : UNSAID_WAIT;
  headers.set('x-ratelimit-remaining', '0');
  headers.set('x-ratelimit-reset', String(Math.ceil(Date.now() / 1000 + seconds)));
  return headers;
}
