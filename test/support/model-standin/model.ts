import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { beginStream, sendError, sendJson, sendTurn } from './answer.ts';
import type { ModelRequest, Script, Turn } from './script.ts';

export interface ModelOptions {
  script: Script;
  /** Every request must carry it, as `x-api-key` or as a bearer token. */
  key: string;
  /** The address to listen on; 127.0.0.1 when absent. */
  host?: string;
}

/** A scripted model behind the Messages API. */
export interface Model {
  /** For ANTHROPIC_BASE_URL. */
  url: string;
  /** Every request so far, refused ones and side requests too. */
  requests: readonly ModelRequest[];
  /** The turns of the script that are left. */
  left(): number;
  /** Resolves when that many requests have reached the script, e.g. to act while the model stalls. */
  asked(times: number): Promise<void>;
  /** Ends every connection, stalled ones too. */
  close(): Promise<void>;
}

const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).min(1),
});
const NO_BODY = { model: '', stream: false, tools: [], messages: [] };

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const keyOf = ({ headers }: IncomingMessage): string | undefined =>
  headers['x-api-key']?.toString() ?? headers.authorization?.replace(/^Bearer /, '');

/**
 * Starts the stand-in. `POST /v1/messages` answers the next turn of the script, streamed when asked for; requests without tools are
 * the program's side questions and get a harmless answer. A script that is used up answers 400 and says so.
 */
export async function startModel({ script, key, host = '127.0.0.1' }: ModelOptions): Promise<Model> {
  const requests: ModelRequest[] = [];
  const waiting: { times: number; resolve: () => void }[] = [];
  let asked = 0;
  let next = 0;

  function takeTurn(request: ModelRequest): Turn {
    asked += 1;
    const entry = script[next];
    if (!entry) return { status: 400, message: `The script of ${script.length} turns is used up.` };
    const turn = typeof entry === 'function' ? entry(request) : entry;
    if (!turn.repeat) next += 1;
    return turn;
  }

  function answer(response: ServerResponse, request: ModelRequest): void {
    const { model, stream } = request.body;
    const id = String(requests.length);
    if (request.side) return sendTurn(response, { text: '{"title": "A task"}' }, { id, model, stream });
    const turn = takeTurn(request);
    if ('status' in turn)
      sendError(response, turn.status, { type: 'api_error', message: 'scripted', ...turn });
    else if (!('stall' in turn)) sendTurn(response, turn, { id, model, stream });
    else if (turn.stall === 'after') beginStream(response, id, model);
    for (const { times, resolve } of waiting) if (asked >= times) resolve();
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', 'http://standin').pathname;
    const method = incoming.method ?? '';
    const messages = method === 'POST' && path === '/v1/messages';
    const body = bodySchema.safeParse(await readBody(incoming));
    const given = keyOf(incoming);
    const request: ModelRequest = {
      method,
      path,
      key: given,
      authorized: given === key,
      side: messages && body.data?.tools.length === 0,
      body: body.data ?? NO_BODY,
    };
    requests.push(request);
    // Reachability probes carry no key.
    if (method === 'HEAD') response.writeHead(200).end();
    else if (!request.authorized)
      sendError(response, 401, { type: 'authentication_error', message: 'invalid x-api-key' });
    else if (method === 'POST' && path === '/v1/messages/count_tokens')
      sendJson(response, 200, { input_tokens: 100 });
    else if (!messages)
      sendError(response, 404, { type: 'not_found_error', message: `no ${method} ${path} here` });
    else if (!body.success)
      sendError(response, 400, { type: 'invalid_request_error', message: z.prettifyError(body.error) });
    else answer(response, request);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    requests,
    left: () => script.length - next,
    asked: (times) =>
      new Promise((resolve) => {
        if (asked >= times) resolve();
        else waiting.push({ times, resolve });
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
