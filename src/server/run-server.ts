import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { BgtaskError, messageOf } from '../domain/errors.ts';
import { DEFAULT_AGENT } from '../domain/task.ts';
import { agentChoices } from '../runner/agents/table.ts';
import { serveMetrics } from '../operator/cluster/endpoints.ts';
import { serverApp } from './app.ts';
import { CallerNames } from './caller-names.ts';
import { readCertificate, renewCertificate, type CertificateFiles } from './certificate.ts';
import type { Door } from './door/door.ts';
import { OpenRequests } from './open-requests.ts';
import { ProjectWatches } from './project-watches.ts';
import { readPageFiles } from './pages/page-files.ts';
import { requestLog, type RequestFacts } from './request-log.ts';
import { ServerMetrics } from './server-metrics.ts';
import { SealedTokens } from './session/sealed-token.ts';
import { sessionKey } from './session/session-key.ts';

/** What the program is run with. */
export interface ServerRun {
  door: Door;
  /** Where it listens: an address, or `*` for all; port 0 takes a free one. */
  address: string;
  port: number;
  /** Without it the server speaks HTTP, for a proxy in front of it or for this machine alone. */
  tls?: CertificateFiles;
  /** A secret file of which the key of the cookies is made; else the TLS key; else the key is new at each start. */
  sessionKey?: string;
  /** Where `/metrics` is served to everyone who reaches it; absent: nowhere. Port 0 takes a free one. */
  metricsPort?: number;
  version: string;
  /** Requests of one caller at once; 64. */
  perCaller?: number;
  now: () => Date;
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Told once where it listens. */
  listening: (url: string) => void;
  signal: AbortSignal;
}

/** A token with many groups is longer than Node's 16 KiB. */
const HEADERS_MAX = 65_536;
/** Milliseconds for a request to arrive; answers may take as long as a task does. */
const LIMITS: ServerOptions = { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: HEADERS_MAX };
/** Milliseconds that answers under way have when the server is told to end. */
const GRACE = 10_000;

/** A server that does not listen yet, and how to end what was begun for it. */
function makeServer({ tls }: ServerRun, answer: RequestListener, failed: (error: unknown) => void) {
  if (!tls) return { server: createPlain(LIMITS, answer), done: () => undefined };
  const server = createSecure({ ...LIMITS, ...readCertificate(tls) }, answer);
  return { server, done: renewCertificate(server, tls, failed) };
}

/** Node listens on every address, of IPv6 too where there is that, when it is given none. */
const hostOf = (address: string): string | undefined => (address === '*' ? undefined : address);

async function listen(server: Server, { address, port }: ServerRun): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host: hostOf(address) }, resolve);
  }).catch((cause: unknown) => {
    throw new BgtaskError(
      'Unavailable',
      `The server cannot listen on ${address}:${port}: ${messageOf(cause)}`,
      {
        hint: 'Take another port: --port 0 takes a free one.',
        cause,
      },
    );
  });
}

function urlOf(server: Server, { tls, address }: ServerRun): string {
  const { port } = server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The server of `/metrics`, on a port of its own: what is exposed to users need not expose it. */
async function serveScrapes(
  { metricsPort, log }: ServerRun,
  metrics: ServerMetrics,
): Promise<Server | undefined> {
  if (metricsPort === undefined) return undefined;
  const answer = async () => ({ type: metrics.contentType, text: await metrics.text() });
  const server = await serveMetrics(metricsPort, answer).catch((cause: unknown) => {
    throw new BgtaskError(
      'Unavailable',
      `The metrics cannot be served on ${metricsPort}: ${messageOf(cause)}`,
      {
        hint: 'Take another port: --metrics-port 0 takes a free one.',
        cause,
      },
    );
  });
  log('metrics are served', { port: (server.address() as AddressInfo).port });
  return server;
}

/** Serves the API until the signal aborts; then nothing new is taken, streams end, and answers under way have their time. */
export async function runServer(run: ServerRun): Promise<void> {
  const open = new OpenRequests(run.perCaller);
  const failed = (error: unknown): void =>
    run.log('request failed', { error: error instanceof Error ? error.stack : messageOf(error) });
  const names = new CallerNames();
  const facts = new WeakMap<IncomingMessage, RequestFacts>();
  const metrics = new ServerMetrics(run.version, () => open.count);
  const app = serverApp({
    ...run,
    open,
    names,
    tokens: new SealedTokens(sessionKey(run.sessionKey ?? run.tls?.key)),
    note: (request, noted) => void facts.set(request, noted),
    watches: new ProjectWatches(),
    pages: readPageFiles({ choices: await agentChoices(), usual: DEFAULT_AGENT }),
    failed,
    secure: run.tls !== undefined,
    ready: () => !run.signal.aborted,
  });
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings));
  const answer = requestLog((request, response) => void listener(request, response), {
    log: run.log,
    factsOf: (request) => facts.get(request) ?? {},
    nameOf: (caller) => names.nameOf(caller),
    answered: (request) => metrics.answered(request),
  });
  // First: a port that is taken ends the program before anything else listens.
  const scraped = await serveScrapes(run, metrics);
  const { server, done } = makeServer(run, answer, failed);
  await listen(server, run).catch((error: unknown) => {
    scraped?.close();
    throw error;
  });
  run.listening(urlOf(server, run));
  if (!run.signal.aborted)
    await new Promise((resolve) => run.signal.addEventListener('abort', resolve, { once: true }));
  const closed = new Promise((resolve) => server.close(resolve));
  open.endAll();
  const late = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearTimeout(late);
  done();
  scraped?.close();
  scraped?.closeAllConnections();
  run.door.close();
}
