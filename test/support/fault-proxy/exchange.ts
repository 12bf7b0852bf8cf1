import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as the proxy saw it, and what became of it. */
export interface Exchange {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Parsed JSON; undefined where there is none. */
  body: unknown;
  /** When it came, by performance.now(). */
  at: number;
  /** The status of the server's answer, or of the proxy's own. */
  status?: number;
  /** True once the server was asked: it may have carried it out. */
  sent: boolean;
}

export type Match = (exchange: Exchange) => boolean;

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Reads a request; its body is read whole, because rules look at it. Rejects when the connection breaks meanwhile. */
export async function exchangeOf(request: IncomingMessage): Promise<{ exchange: Exchange; body: string }> {
  const at = performance.now();
  const { method = 'GET', url = '/' } = request;
  const { pathname: path, searchParams: query } = new URL(url, 'https://proxy');
  const body = await text(request);
  return { exchange: { method, path, query, body: parsed(body), at, sent: false }, body };
}

/** `isWatch` of a plural, e.g. `pods`; of every kind without one. */
export const isWatch =
  (plural?: string): Match =>
  ({ path, query }) =>
    query.get('watch') === 'true' && (plural === undefined || path.endsWith(`/${plural}`));
