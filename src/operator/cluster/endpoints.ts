import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the kubelet and Prometheus ask. */
export interface Endpoints {
  /** True while the process does what it should, leading or waiting to lead. */
  healthy: () => boolean;
  /** True when it leads and has seen every object, or stands by. */
  ready: () => boolean;
  metrics: () => Promise<{ type: string; text: string }>;
}

const answer = (response: ServerResponse, status: number, text: string, type = 'text/plain'): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
};

/** A server that answers GET of the given paths, and 404 otherwise. Rejects when the port is in use. */
function serveGets(
  port: number,
  routes: Record<string, (response: ServerResponse) => void | Promise<void>>,
): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    const route = routes[request.url?.split('?')[0] ?? ''];
    if (request.method !== 'GET' || !route) return answer(response, 404, 'not found\n');
    void Promise.resolve(route(response)).catch(() => response.destroy());
    return undefined;
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}

const yesOrNo =
  (good: () => boolean) =>
  (response: ServerResponse): void =>
    answer(response, good() ? 200 : 503, good() ? 'ok\n' : 'not ok\n');

/** The ports of the two servers. */
export interface Ports {
  health: number;
  metrics: number;
}

/** Serves `/metrics`; port 0 takes a free one. Rejects where the port cannot be taken. */
export const serveMetrics = (port: number, metrics: Endpoints['metrics']): Promise<Server> =>
  serveGets(port, {
    '/metrics': async (response) => {
      const { type, text } = await metrics();
      answer(response, 200, text, type);
    },
  });

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Serves `/healthz` and `/readyz` on one port and `/metrics` on another; 0 takes a free one, and `ports` says which. */
export async function serveEndpoints(
  ports: Ports,
  endpoints: Endpoints,
): Promise<{ ports: Ports; close(): void }> {
  const health = await serveGets(ports.health, {
    '/healthz': yesOrNo(endpoints.healthy),
    '/readyz': yesOrNo(endpoints.ready),
  });
  const metrics = await serveMetrics(ports.metrics, endpoints.metrics);
  return {
    ports: { health: portOf(health), metrics: portOf(metrics) },
    close: () => {
      for (const server of [health, metrics]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
