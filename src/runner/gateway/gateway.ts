import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../domain/errors.ts';
import { brief } from '../agents/cli.ts';
import { withKey } from './credential.ts';
import { isEndpoint, readTarget } from './endpoints.ts';
import { BODY_BYTES, exchange, TooLargeError } from './exchange.ts';
import type { TokenMeter } from './token-meter.ts';
import type { ApiKind } from './model-api.ts';
import { type GatewayState, STATE_PATH } from './pod-access.ts';
import { placeholderFor } from './placeholder.ts';
import { Reach } from './reach.ts';
import { HEADER_BYTES, openUpstream } from './upstream.ts';

export interface GatewayOptions {
  kind: ApiKind;
  /** The provider's base URL, http or https. */
  base: URL;
  key: string;
  meter: TokenMeter;
  /** The environment with the proxy's variables. */
  env: Readonly<NodeJS.ProcessEnv>;
  log: (line: string) => void;
  /** The path of a unix socket to listen on, mode 0600; a free port of 127.0.0.1 when absent. */
  socket?: string;
  /** Bytes that a request's body may have; BODY_BYTES when absent. */
  bodyBytes?: number;
  /** Whether the provider can be reached; a new one when absent. */
  reach?: Reach;
  /** Returns the body of the answer to STATE_PATH, for requests with the placeholder. Absent: STATE_PATH is refused like any other path. */
  state?: () => GatewayState;
}

export interface Gateway {
  /** What the agent has for a key. */
  placeholder: string;
  /** The port on 127.0.0.1; undefined for a unix socket. */
  port?: number;
  /** Ends every request; nothing can use the key from then on. */
  close(): Promise<void>;
}

/** Connections at a time: an agent and its helpers use a handful, and each takes two file descriptors of the stage. */
const CONNECTIONS = 128;
/** Different refusals that are logged; further ones say nothing. */
const REFUSALS = 50;

/**
 * The gateway between an agent and its model: holds the key, and gives it to requests that carry the placeholder and ask for what the agent needs of the API.
 * Rejects when it cannot listen, or when the proxy is of a kind that is not known.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { base, key, env, socket } = options;
  const placeholder = placeholderFor(key);
  const upstream = await openUpstream(base, env);
  const context = {
    bodyBytes: BODY_BYTES,
    reach: new Reach(),
    ...options,
    placeholder,
    upstream,
    log: onceEach(options.log),
  };
  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    response.on('error', () => undefined);
    handle(context, request, response).catch((error: unknown) => fail(context, response, error));
  });
  server.maxConnections = CONNECTIONS;
  if (socket === undefined) server.listen(0, '127.0.0.1');
  else server.listen(socket);
  await once(server, 'listening');
  if (socket !== undefined) await chmod(socket, 0o600);
  const address = server.address() as AddressInfo | string;
  return {
    placeholder,
    ...(typeof address !== 'string' && { port: address.port }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      upstream.close();
      await closed;
    },
  };
}

type Context = Required<Pick<GatewayOptions, 'bodyBytes' | 'reach'>> &
  GatewayOptions & { placeholder: string; upstream: Awaited<ReturnType<typeof openUpstream>> };

/** Logs each line once. */
function onceEach(log: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line) || said.size >= REFUSALS) return;
    said.add(line);
    log(line);
  };
}

async function handle(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  const { kind, key, placeholder, meter, upstream, log } = context;
  // Programs look whether the address answers before they use it.
  if (url === '/' && method === 'HEAD') return void response.writeHead(200).end();
  if (url === STATE_PATH && context.state && headers.authorization === `Bearer ${placeholder}`)
    return void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(context.state()));
  // A meter that reads HTTP answers would not see a WebSocket's. Codex asks for one first, and on this answer for HTTP at once.
  if (headers.upgrade !== undefined)
    return answerError(response, 426, 'upgrade_required', 'the model gateway speaks HTTP/1.1 alone');
  const asked = brief(`${method} ${url.split('?')[0]}`);
  const refuse = (status: number, type: string, message: string): void => {
    log(`The model gateway refused ${asked} (${status}): ${message}`);
    answerError(response, status, type, message);
  };
  const target = readTarget(url);
  const given = target && withKey({ headers, query: target.query }, { placeholder, key });
  if (!given)
    return refuse(401, 'authentication_error', 'the request does not carry the key that this task was given');
  if (!isEndpoint(kind.endpoints, method, target.path))
    return refuse(403, 'permission_error', 'the agent needs other addresses of the model API alone');
  if (meter.isSpent)
    return refuse(403, 'permission_error', "the task's budget is used up (agent.maxBudgetUSD)");
  if (Number(headers['content-length'] ?? 0) > context.bodyBytes) throw new TooLargeError();
  const onward = { target: { path: target.path, query: given.query }, headers: given.headers };
  await exchange({
    request,
    response,
    upstream,
    meter,
    log,
    bodyBytes: context.bodyBytes,
    readUsage: kind.readUsage,
    onAnswer: () => context.reach.answered(),
    ...onward,
  });
}

/** An error in a shape that the three APIs' clients all read. */
function answerError(response: ServerResponse, status: number, type: string, message: string): void {
  if (response.headersSent) return void response.destroy();
  const body = JSON.stringify({ type: 'error', error: { type, code: status, status: type, message } });
  // The rest of a request that was refused is not read.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}

function fail({ base, key, bodyBytes, reach, log }: Context, response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  if (error instanceof TooLargeError) {
    const message = `the request is longer than ${bodyBytes} bytes`;
    log(`The model gateway refused a request (413): ${message}`);
    return answerError(response, 413, 'request_too_large', message);
  }
  const message = `the model API at ${base.host} cannot be reached: ${messageOf(error)}`.replaceAll(key, '');
  log(`The model gateway: ${brief(message)}`);
  reach.failed(brief(message));
  answerError(response, 502, 'api_error', message);
}
