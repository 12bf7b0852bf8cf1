import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AnsweredRequest } from './server-metrics.ts';

type Log = (message: string, fields: Record<string, unknown>) => void;

/** What the app knows of a request when it has answered. */
export interface RequestFacts {
  /** The route as the OpenAPI description has it. */
  route?: string;
  /** See `callerOf`. */
  caller?: string;
}

/** Paths that are asked every few seconds. */
const QUIET = new Set(['/healthz', '/readyz']);

export interface RequestLogOptions {
  log: Log;
  /** What the app noted of a request. */
  factsOf: (request: IncomingMessage) => RequestFacts;
  /** The user of a caller, where it is known. */
  nameOf: (caller: string) => string | undefined;
  answered: (request: AnsweredRequest) => void;
}

/**
 * Says of each request what it was, who sent it, how it ended and how long it took; of what callers send only the method and the path, without the
 * query.
 */
export function requestLog(
  answer: RequestListener,
  { log, factsOf, nameOf, answered }: RequestLogOptions,
): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const began = performance.now();
    if (!QUIET.has(path))
      response.once('close', () => {
        const { method = '' } = request;
        const { route, caller } = factsOf(request);
        const user = caller && nameOf(caller);
        const ms = performance.now() - began;
        const status = response.statusCode;
        answered({ method, route: route ?? '', status, seconds: ms / 1000 });
        log('request', {
          method,
          path,
          ...(route && { route }),
          ...(user && { user }),
          status,
          ms: Math.round(ms),
          // The caller went away first.
          ...(!response.writableFinished && { cut: true }),
        });
      });
    return answer(request, response);
  };
}
