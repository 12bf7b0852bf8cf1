import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { clientOf, type ConnectOptions } from '../../../../src/engine/kubernetes/client/connect.ts';
import type { ClusterUser } from '../../../../src/engine/kubernetes/client/config/access.ts';
import type { KubeClient } from '../../../../src/engine/kubernetes/client/kube-client.ts';

/** A request that the server got. */
export interface Got {
  method: string;
  /** Path and query. */
  url: URL;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface Served {
  url: string;
  requests: Got[];
  /** How many connections were opened. */
  readonly connections: number;
  /** Breaks every connection. */
  breakAll(): void;
  close(): Promise<void>;
}

/** Answers the request with this number, counted from 0. Leaving the response open is an answer that does not come. */
export type Answer = (response: http.ServerResponse, got: Got, count: number) => void;

/** A real server that answers as it is told. With `tls` over HTTPS. */
export async function serve(answer: Answer, tls?: https.ServerOptions): Promise<Served> {
  const requests: Got[] = [];
  const sockets = new Set<http.IncomingMessage['socket']>();
  let connections = 0;
  const onRequest = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = await text(request);
    const { method = '', headers } = request;
    const got = { method, headers, body, url: new URL(request.url ?? '', 'http://server') };
    answer(response, got, requests.push(got) - 1);
  };
  const listener: http.RequestListener = (request, response) => {
    // A request that was broken off has no answer.
    onRequest(request, response).catch(() => response.destroy());
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
    breakAll,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        breakAll();
      }),
  };
}

/** Answers with JSON. */
export function reply(response: http.ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** The Status object of a refusal. */
export const status = (code: number, reason: string, message: string, details?: object): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
  details,
});

interface Target {
  user?: Partial<ClusterUser>;
  cluster?: { caData?: string; tlsServerName?: string; skipTLSVerify?: boolean; proxyUrl?: string };
}

/** A client of a server, as a user with a token unless said otherwise. */
export const clientFor = (
  url: string,
  { user, cluster }: Target = {},
  options: ConnectOptions = {},
): KubeClient =>
  clientOf(
    {
      context: 'test',
      cluster: { name: 'test-cluster', server: url, skipTLSVerify: false, ...cluster },
      user: { name: 'tester', ...(user ?? { token: 'fake-token' }) },
      namespace: 'default',
    },
    { env: {}, ...options },
  );
