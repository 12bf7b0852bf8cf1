import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { messageOf } from '../../domain/errors.ts';
import { proxyFromEnv } from '../../engine/proxy-env.ts';
import { isTlsFailure, TLS_HINT } from '../tls-failure.ts';
import { outerLookup } from './addresses.ts';
import type { LfsHosts } from './hosts.ts';
import { LfsError } from './lfs-error.ts';

export interface LfsRequest {
  method: 'GET' | 'POST' | 'PUT';
  headers: Readonly<Record<string, string>>;
  /** A body that can be sent once more, after a redirect on the same server; one that cannot is a stream. */
  body?: string | Readable;
}

export interface LfsResponse {
  status: number;
  /** The server that answered, as an origin. */
  origin: string;
  retryAfter?: string;
  body: Readable;
}

export interface TransportOptions {
  hosts: LfsHosts;
  env: Readonly<NodeJS.ProcessEnv>;
  signal: AbortSignal;
  /** Milliseconds that a server may say nothing for; a minute by default. */
  idleMs?: number;
}

const IDLE_MS = 60_000;
const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Requests to servers of Git LFS: each address is checked before it is asked, that of a redirect too. */
export class LfsTransport {
  readonly #options: TransportOptions;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * Sends a request. A redirect to another server is followed for downloads alone, and without the headers. Throws an LfsError for an address
   * that is refused, and a passing one when the connection fails.
   */
  async send(address: string, request: LfsRequest): Promise<LfsResponse> {
    let url = this.#options.hosts.checked(address);
    let { headers } = request;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const { statusCode: status, headers: answer, body } = await this.#ask(url, { ...request, headers });
      const location = REDIRECTS.has(status) ? answer.location : undefined;
      if (typeof location !== 'string') {
        const retryAfter = answer['retry-after'];
        return { status, origin: url.origin, body, ...(typeof retryAfter === 'string' && { retryAfter }) };
      }
      // What a redirect says besides is of no interest, and an error of its connection neither.
      body.on('error', () => undefined).destroy();
      const next = this.#options.hosts.checked(location, url);
      if (next.origin !== url.origin) {
        if (request.method !== 'GET')
          throw new LfsError(
            `${url.origin} redirects to ${next.origin}, another server, which is not followed`,
          );
        headers = {};
      } else if (typeof request.body === 'object')
        throw new LfsError(`${url.origin} redirects an upload, which is not followed`);
      url = next;
    }
    throw new LfsError(`${url.origin} redirects more than ${MOST_REDIRECTS} times`);
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    for (const dispatcher of this.#dispatchers.values()) await (await dispatcher).destroy();
    this.#dispatchers.clear();
  }

  async #ask(url: URL, { method, headers, body }: LfsRequest): Promise<Dispatcher.ResponseData> {
    const { signal } = this.#options;
    const { request } = await import('undici');
    try {
      const dispatcher = await this.#dispatcher(url);
      return await request(url, { method, headers, body, dispatcher, signal });
    } catch (error) {
      signal.throwIfAborted();
      const known = innermost(error);
      if (known) throw known;
      const isTls = isTlsFailure(codeOf(error));
      throw new LfsError(
        `${url.origin} cannot be reached: ${messageOf(error)}${isTls ? `. ${TLS_HINT}` : ''}`,
        {
          cause: error,
          isPassing: !isTls,
        },
      );
    }
  }

  #dispatcher(url: URL): Promise<Dispatcher> {
    const { env, hosts } = this.#options;
    const proxy = proxyFromEnv(url, env);
    const key = proxy ?? (hosts.isKnown(url) ? 'known' : 'outer');
    const made = this.#dispatchers.get(key) ?? this.#make(key, proxy);
    this.#dispatchers.set(key, made);
    return made;
  }

  async #make(key: string, proxy: string | undefined): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await import('undici');
    const idle = this.#options.idleMs ?? IDLE_MS;
    const limits = { headersTimeout: idle, bodyTimeout: idle };
    // Through a proxy it is the proxy that looks names up, and that says who may be reached.
    if (proxy !== undefined) return new ProxyAgent({ uri: proxy, ...limits });
    const connect = { timeout: Math.min(idle, 30_000), ...(key === 'outer' && { lookup: outerLookup }) };
    return new Agent({ ...limits, connect });
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** An LfsError that a connection failed with. */
function innermost(error: unknown): LfsError | undefined {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof LfsError) return one;
  return undefined;
}
