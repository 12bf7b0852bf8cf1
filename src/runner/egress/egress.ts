import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import http, {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../domain/errors.ts';
import { brief } from '../agents/cli.ts';
import { type Dial, dial } from './dial.ts';
import { type Place, readPlace } from './host-list.ts';
import { Policy, type PolicyOptions, RefusedError } from './policy.ts';

/** What runs in the room: its network is open to other hosts in each. */
export type Phase = 'install' | 'agent' | 'checks';

export interface EgressOptions extends PolicyOptions {
  /** The unix socket to listen on, mode 0600. Its folder must be one that no other user can write. */
  socket: string;
  phase: Phase;
  /** The environment with the person's own proxy. */
  env: Readonly<NodeJS.ProcessEnv>;
  log: (line: string) => void;
  /** Ends every connection. */
  signal: AbortSignal;
}

export interface Egress {
  close: () => Promise<void>;
}

/** Connections at a time: package managers open up to 50 (npm's maxsockets is 15, uv's 50), an agent a few more. */
const CONNECTIONS = 256;
/** Different hosts that are logged as refused; further ones are refused all the same. */
const REFUSALS = 100;
/** Headers of one connection (RFC 9110, 7.6.1). */
const HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

interface Context extends Dial {
  phase: Phase;
  refused: Set<string>;
  log: (line: string) => void;
}

/**
 * The one way out of a room: an HTTP proxy (CONNECT, and http addresses in full) that joins programs to the hosts of a list, at addresses that it checked. A host
 * that is refused is one line of log. Rejects when it cannot listen.
 */
export async function openEgress(options: EgressOptions): Promise<Egress> {
  const { socket, phase, env, log, signal } = options;
  const ended = new AbortController();
  const context: Context = {
    policy: new Policy(options),
    env,
    phase,
    log,
    signal: AbortSignal.any([signal, ended.signal]),
    refused: new Set(),
  };
  const open = new Set<Duplex>();
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    pass(context, request, response).catch((error: unknown) => answer(context, request, response, error));
  });
  server.on('connection', (client: Socket) => {
    open.add(client);
    client.once('close', () => open.delete(client));
  });
  server.on('connect', (request, client, head) => {
    client.on('error', () => undefined);
    join(context, request, client, head).catch((error: unknown) => {
      const { status, text } = failureOf(context, request.url ?? '', error);
      client.end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${text}\n`);
    });
  });
  server.maxConnections = CONNECTIONS;
  server.listen(socket);
  await once(server, 'listening');
  await chmod(socket, 0o600);
  const close = async (): Promise<void> => {
    if (ended.signal.aborted) return;
    ended.abort();
    const closed = once(server, 'close');
    server.close();
    for (const client of open) client.destroy();
    await closed;
  };
  signal.addEventListener('abort', () => void close(), { once: true });
  return { close };
}

/** CONNECT: joins the program to the place, whatever the two speak. */
async function join(context: Context, request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
  const place = readPlace(request.url ?? '');
  if (!place) throw new RefusedError('it is not HOST:PORT');
  const onward = await dial(context, place);
  onward.on('error', () => client.destroy());
  if (client.destroyed) return void onward.destroy();
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) onward.write(head);
  await Promise.allSettled([pipeline(client, onward), pipeline(onward, client)]);
}

/** A request for an http address in full. One for https, or for the proxy itself, is refused. */
async function pass(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  const place = url?.protocol === 'http:' ? readPlace(url.host, 80) : undefined;
  if (!url || !place) throw new RefusedError('it is neither CONNECT nor a request for an http address');
  const socket = await dial(context, place);
  response.once('close', () => socket.destroy());
  const onward = http.request({
    createConnection: () => socket,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: { ...endToEnd(request.headers), host: url.host, connection: 'close' },
    signal: context.signal,
  });
  response.once('close', () => onward.destroy());
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
  const sent = pipeline(request, onward);
  const [reply] = await Promise.race([answered, sent.then(() => answered)]);
  sent.catch(() => undefined);
  response.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
  await pipeline(reply, response).catch(() => response.destroy());
}

function endToEnd(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));
}

function answer(
  context: Context,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  if (response.destroyed || response.headersSent) return void response.destroy();
  const { status, text } = failureOf(context, url, error);
  response
    .writeHead(Number(status.split(' ')[0]), { 'content-type': 'text/plain', connection: 'close' })
    .end(`${text}\n`);
}

/** What a program is told, and the log the first time that a host is refused. */
function failureOf(context: Context, url: string, error: unknown): { status: string; text: string } {
  const host = hostFor(url);
  if (!(error instanceof RefusedError))
    return {
      status: '502 Bad Gateway',
      text: `bgtask: ${host} cannot be reached: ${brief(messageOf(error))}`,
    };
  const text = `bgtask: the network of the phase ${context.phase} is closed for ${host}: ${error.message}`;
  if (!context.refused.has(host) && context.refused.size < REFUSALS) {
    context.refused.add(host);
    context.log(text.replace('bgtask: t', 'T'));
  }
  return { status: '403 Forbidden', text };
}

/** The host of an address for a sentence: no path, no name and password. */
function hostFor(url: string): string {
  const parsed = URL.canParse(url) && url.includes('://') ? new URL(url).host : url;
  const place: Place | undefined = readPlace(parsed, 80);
  return place ? brief(parsed.toLowerCase()) : 'an address that cannot be read';
}
