import { Agent, createServer, request as ask, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { certificateFor } from '../../engine/kubernetes/client/certificates.ts';
import { Deferred } from '../deferred.ts';
import { exchangeOf, type Exchange, type Match } from './exchange.ts';

/**
 * What happens to a request: it is refused by the proxy with a status; or before the server gets it, or after the server has carried it out, its
 * connection is cut or stays silent for ever.
 */
export type Fault =
  { status: number; retryAfter?: number } | { before: 'cut' | 'silence' } | { after: 'cut' | 'silence' };

export interface RuleOptions {
  /** How many requests it happens to; all by default. */
  times?: number;
  /** Called at the very moment that it has happened to a request. */
  onMet?: (exchange: Exchange) => void;
}

export interface Rule {
  /** The first request that it has happened to. */
  readonly met: Promise<Exchange>;
  end(): void;
}

/** A server's answer on its way to the client. */
interface Stream {
  exchange: Exchange;
  upstream: IncomingMessage;
  response: ServerResponse;
}

interface Waiting {
  match: Match;
  left: number;
  resolve: (exchange: Exchange) => void;
}

interface ActiveRule extends RuleOptions {
  match: Match;
  fault: Fault;
  times: number;
  met: Deferred<Exchange>;
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** An HTTPS proxy before an HTTPS server, which fails where it is told to. Answers stream through it. */
export class FaultProxy {
  /** Every request, in order of its coming. */
  readonly record: Exchange[] = [];
  /** Its own authority, PEM. */
  readonly ca: string;
  readonly #server: Server;
  readonly #agent: Agent;
  readonly #target: string;
  readonly #sockets = new Set<Duplex>();
  readonly #streams = new Set<Stream>();
  readonly #rules = new Set<ActiveRule>();
  readonly #waiting = new Set<Waiting>();
  /** While the network is gone. */
  #outage: Deferred | undefined;

  private constructor(target: { url: string; ca: string }) {
    const { cert, key } = certificateFor('IP:127.0.0.1');
    this.ca = cert;
    this.#target = target.url;
    this.#agent = new Agent({ keepAlive: true, ca: target.ca });
    this.#server = createServer({ cert, key }, (request, response) => {
      // A client that goes away ends its exchange, and nothing else.
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Starts one on a free port of loopback. `ca` is the server's authority, PEM. */
  static async start(target: { url: string; ca: string }): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((ready) => proxy.#server.listen(0, '127.0.0.1', ready));
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets a fault happen to the requests that match, from now on; of several rules the oldest counts. */
  rule(match: Match, fault: Fault, { times = Infinity, onMet }: RuleOptions = {}): Rule {
    const met = new Deferred<Exchange>();
    const rule = { match, fault, times, onMet, met };
    this.#rules.add(rule);
    return { met: met.promise, end: () => void this.#rules.delete(rule) };
  }

  /** The n-th request from now that matches, as soon as it has come: what is done then is done before the server is asked. */
  nth(match: Match, n = 1): Promise<Exchange> {
    return new Promise((resolve) => this.#waiting.add({ match, left: n, resolve }));
  }

  /** Breaks the answers that are on their way and match, in mid-stream; how many these were. */
  breakStreams(match: Match): number {
    return this.#each(match, ({ response }) => response.socket?.destroy());
  }

  /** From now on these answers say nothing, and their connections stay open; how many these were. */
  stallStreams(match: Match): number {
    return this.#each(match, ({ upstream, response }) => upstream.unpipe(response).pause());
  }

  /** The network is gone until `reconnect`: what is sent meanwhile arrives then, if its sender still wants it, as packets do. */
  disconnect(): void {
    this.#outage ??= new Deferred();
    this.#each(
      () => true,
      ({ upstream, response }) => upstream.unpipe(response).pause(),
    );
  }

  reconnect(): void {
    const outage = this.#outage;
    this.#outage = undefined;
    this.#each(
      () => true,
      ({ upstream, response }) => upstream.pipe(response),
    );
    outage?.resolve();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
  }

  #each(match: Match, act: (stream: Stream) => void): number {
    const found = [...this.#streams].filter(({ exchange }) => match(exchange));
    for (const stream of found) act(stream);
    return found.length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { exchange, body } = await exchangeOf(request);
    this.record.push(exchange);
    this.#notice(exchange);
    await this.#reached();
    if (response.destroyed) return;
    const rule = this.#ruleFor(exchange);
    const before = rule && this.#before(rule, exchange, response);
    if (before === 'done') return;
    const upstream = await this.#forward(request, { exchange, body, response });
    // What the network lost on its way back comes when the network does.
    await this.#reached();
    if (rule) await this.#after(rule, { exchange, upstream, response });
    else this.#answer({ exchange, upstream, response });
  }

  /** Waits for the network, which a test that waits for this very request may have taken away just now. */
  async #reached(): Promise<void> {
    do await this.#outage?.promise;
    while (this.#outage);
  }

  #notice(exchange: Exchange): void {
    for (const waiting of this.#waiting) {
      if (!waiting.match(exchange) || --waiting.left > 0) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(exchange);
    }
  }

  #ruleFor(exchange: Exchange): ActiveRule | undefined {
    const rule = [...this.#rules].find(({ match }) => match(exchange));
    if (rule && --rule.times <= 0) this.#rules.delete(rule);
    return rule;
  }

  #before(rule: ActiveRule, exchange: Exchange, response: ServerResponse): 'done' | 'goes on' {
    const { fault } = rule;
    if ('after' in fault) return 'goes on';
    if ('status' in fault) {
      exchange.status = fault.status;
      refuse(response, fault);
    } else if (fault.before === 'cut') response.socket?.destroy();
    happened(rule, exchange);
    return 'done';
  }

  async #after(rule: ActiveRule, { exchange, upstream, response }: Stream): Promise<void> {
    // The server has carried it out once its answer has ended.
    for await (const _part of upstream) void _part;
    if ('after' in rule.fault && rule.fault.after === 'cut') response.socket?.destroy();
    happened(rule, exchange);
  }

  #forward(
    { headers }: IncomingMessage,
    { exchange, body, response }: { exchange: Exchange; body: string; response: ServerResponse },
  ): Promise<IncomingMessage> {
    const { method, path, query } = exchange;
    const url = new URL(query.size > 0 ? `${path}?${query.toString()}` : path, this.#target);
    const kept = Object.fromEntries(
      Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'host'),
    );
    exchange.sent = true;
    return new Promise((resolve, reject) => {
      const sent = ask(url, { method, headers: kept, agent: this.#agent }, (upstream) => {
        exchange.status = upstream.statusCode;
        resolve(upstream);
      });
      sent.on('error', reject);
      response.once('close', () => sent.destroy());
      sent.end(body);
    });
  }

  #answer(stream: Stream): void {
    const { upstream, response } = stream;
    const headers = Object.entries(upstream.headers).filter(([name]) => !HOP_BY_HOP.has(name));
    response.writeHead(upstream.statusCode ?? 502, Object.fromEntries(headers));
    response.flushHeaders();
    this.#streams.add(stream);
    response.once('close', () => this.#streams.delete(stream));
    // Also an answer that breaks off reaches the client as one.
    upstream.once('error', () => response.socket?.destroy());
    if (!this.#outage) upstream.pipe(response);
  }
}

function happened({ onMet, met }: ActiveRule, exchange: Exchange): void {
  onMet?.(exchange);
  met.resolve(exchange);
}

function refuse(
  response: ServerResponse,
  { status, retryAfter }: { status: number; retryAfter?: number },
): void {
  const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response.writeHead(status, { 'content-type': 'application/json', ...wait });
  response.end(
    JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: status === 429 ? 'TooManyRequests' : 'InternalError',
      message: 'the test wants it so',
      code: status,
    }),
  );
}
