import { createServer, type Server, type ServerResponse } from 'node:http';

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

/** A server that answers GET of some paths, and nothing else. */
function serve(
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

/** Serves `/healthz` and `/readyz` on one port and `/metrics` on another. */
export async function serveEndpoints(
  ports: { health: number; metrics: number },
  endpoints: Endpoints,
): Promise<{ close(): void }> {
  const health = await serve(ports.health, {
    '/healthz': yesOrNo(endpoints.healthy),
    '/readyz': yesOrNo(endpoints.ready),
  });
  const metrics = await serve(ports.metrics, {
    '/metrics': async (response) => {
      const { type, text } = await endpoints.metrics();
      answer(response, 200, text, type);
    },
  });
  return {
    close: () => {
      for (const server of [health, metrics]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
