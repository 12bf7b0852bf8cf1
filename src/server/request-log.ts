import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

type Log = (message: string, fields: Record<string, unknown>) => void;

/** Paths that are asked every few seconds. */
const QUIET = new Set(['/healthz', '/readyz']);

/** Says of each request what it was, how it ended and how long it took; of what callers send only the method and the path, without the query. */
export function requestLog(answer: RequestListener, log: Log): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const began = performance.now();
    if (!QUIET.has(path))
      response.once('close', () =>
        log('request', {
          method: request.method,
          path,
          status: response.statusCode,
          ms: Math.round(performance.now() - began),
          // The caller went away first.
          ...(!response.writableFinished && { cut: true }),
        }),
      );
    return answer(request, response);
  };
}
