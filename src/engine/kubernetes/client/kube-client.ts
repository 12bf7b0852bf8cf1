import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { BgtaskError } from '../../../domain/errors.ts';
import type { Credential, CredentialSource } from './auth/credential.ts';
import type { Call } from './call.ts';
import { tokenCredential } from './auth/credential-source.ts';
import type { Impersonation } from './config/access.ts';
import { ApiError } from './http/api-error.ts';
import { jsonOf, refusalOf, warningsOf } from './http/answer.ts';
import { badHeader, headersOf, isBadHeader } from './http/headers.ts';
import { noAnswer, unreachable, type Place } from './http/network-error.ts';
import { retryDelay } from './http/retry.ts';
import { Slots } from './http/slots.ts';
import { timeLimit, type TimeLimit } from './http/time-limit.ts';
import type { Transport } from './http/transport.ts';

export interface ClientParts {
  place: Place & { context?: string; namespace: string };
  transport: Transport;
  credentials: CredentialSource;
  impersonate?: Impersonation;
  userAgent: string;
  timeoutMs: number;
  slots: Slots;
  onWarning: (sentence: string) => void;
  /** Told of each answer: the method and the HTTP status. */
  onRequest: (method: string, status: number) => void;
  tenure?: Tenure;
}

/** The time in which a client may send requests, for example while its process holds a lease: see KubeClient.during. */
export interface Tenure {
  /** True while it lasts. Asked right before each request: a process that was stopped for a while knows of nothing when it goes on. */
  holds(): boolean;
  /** Aborts when it is over: what is under way must end then. */
  lost: AbortSignal;
}

/**
 * Speaks to one API server: JSON over kept-alive connections, so many requests at once, repeated where that does no harm.
 * Every failure is a BgtaskError; the server's refusals are ApiErrors. An aborted call rejects with Interrupted.
 */
export class KubeClient {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /** Where it goes: `name`, `server`, `context`, and `namespace` to use when none is named. */
  get place(): ClientParts['place'] {
    return this.#parts.place;
  }

  /** Sends a request and reads its JSON answer. */
  async json(call: Call): Promise<unknown> {
    const credential = await this.#signedIn(call.signal);
    const limit = this.#limit(call);
    try {
      return await this.#repeated(call, limit, credential, (send) =>
        this.#parts.slots.use(limit.signal, async () => jsonOf(await send('gzip'))),
      );
    } finally {
      limit.end();
    }
  }

  /** Sends a request whose answer is read as it comes (a watch, a followed log); takes no slot. Abort the signal to end it. */
  async stream(call: Call & { signal: AbortSignal }): Promise<IncomingMessage> {
    const credential = await this.#signedIn(call.signal);
    const limit = this.#limit(call);
    try {
      const response = await this.#repeated(call, limit, credential, (send) => send('identity'));
      limit.stopClock();
      response.once('close', () => limit.end());
      return response;
    } catch (error) {
      limit.end();
      throw error;
    }
  }

  /** The same cluster with a caller's own token, and nothing of this client's own credentials. Shares connections. */
  withToken(token: string): KubeClient {
    return new KubeClient({ ...this.#parts, credentials: tokenCredential(token), impersonate: undefined });
  }

  /**
   * The same client, limited to a tenure: it sends no request once `holds` returns false, and requests under way end when `lost` aborts;
   * they reject with Interrupted. Shares connections.
   */
  during(tenure: Tenure): KubeClient {
    return new KubeClient({ ...this.#parts, tenure });
  }

  /** Ends all connections, also of clients made by withToken and during. */
  close(): void {
    this.#parts.transport.close();
  }

  #limit({ signal, timeoutMs = this.#parts.timeoutMs }: Call): TimeLimit {
    return timeLimit([signal, this.#parts.tenure?.lost], timeoutMs);
  }

  /** Before the clock runs: a credential plugin may wait for a person at a browser. */
  async #signedIn(signal?: AbortSignal): Promise<Credential> {
    try {
      return await aborting(this.#parts.credentials.get(), signal);
    } catch (error) {
      throw signal?.aborted ? interrupted(error) : error;
    }
  }

  async #repeated<T>(
    call: Call,
    limit: TimeLimit,
    credential: Credential,
    act: (send: (encoding: string) => Promise<IncomingMessage>) => Promise<T>,
  ): Promise<T> {
    let first: Credential | undefined = credential;
    const send = (encoding: string): Promise<IncomingMessage> => {
      const given = first;
      first = undefined;
      return this.#send(call, encoding, limit.signal, given);
    };
    const { place } = this.#parts;
    let refused: ApiError | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await act(send);
      } catch (error) {
        if (limit.timedOut) throw refused ?? noAnswer(place, call.timeoutMs ?? this.#parts.timeoutMs);
        if (limit.signal.aborted) throw interrupted(error);
        if (error instanceof BgtaskError && !(error instanceof ApiError)) throw error;
        if (isBadHeader(error)) throw badHeader(error);
        const wait = retryDelay(error, call.method ?? 'GET', attempt);
        if (error instanceof ApiError) refused = error;
        if (wait === undefined) throw error instanceof ApiError ? error : unreachable(error, place);
        // The time limit ends the wait; what it means is said above, at the next attempt.
        await sleep(wait, undefined, { signal: limit.signal }).catch(() => undefined);
      }
    }
  }

  /** One attempt; two when the credential had expired. Rejects with an ApiError for any answer but a good one. */
  async #send(
    call: Call,
    encoding: string,
    signal: AbortSignal,
    given?: Credential,
  ): Promise<IncomingMessage> {
    const { credentials, transport, onWarning, onRequest, tenure } = this.#parts;
    for (let renewed = false; ; renewed = true) {
      const credential = (!renewed && given) || (await aborting(credentials.get(), signal));
      const wire = {
        method: call.method ?? 'GET',
        path: call.path + queryText(call.query),
        headers: headersOf(call, { ...this.#parts, encoding, authorization: credential.authorization }),
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        signal,
      };
      if (tenure?.holds() === false) throw interrupted(new Error('the time to act is over'));
      const response = await transport.open(wire, credential);
      for (const sentence of warningsOf(response)) onWarning(sentence);
      const status = response.statusCode ?? 0;
      onRequest(wire.method, status);
      if (status >= 200 && status < 300) return response;
      const refusal = await refusalOf(response, credentials.advice);
      if (status !== 401 || renewed || !credentials.renew(credential)) throw refusal;
    }
  }
}

function queryText(query: Call['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : '';
}

const interrupted = (cause: unknown): BgtaskError => new BgtaskError('Interrupted', 'interrupted', { cause });

/** Waits no longer than until the signal aborts; what was begun goes on for others that wait. */
async function aborting<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, fail) => {
    stop = () => fail(signal?.reason as Error);
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal?.removeEventListener('abort', stop);
  }
}
