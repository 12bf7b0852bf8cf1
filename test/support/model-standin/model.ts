import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZodError, z } from 'zod';
import { MESSAGES } from './messages.ts';
import { type Call, type ErrorTurn, type Protocol, sendJson } from './protocol.ts';
import type { ModelRequest, RequestBody, Script, Turn } from './script.ts';

export interface ModelOptions {
  script: Script;
  /** Every request must carry it. */
  key: string;
  /** The API that it speaks; MESSAGES when absent. */
  protocol?: Protocol;
  /** The address to listen on; 127.0.0.1 when absent. */
  host?: string;
}

/** A scripted model behind the API of its provider. */
export interface Model {
  /** Its address without a path: the Messages API and the Responses API are below `/v1`. */
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

const NO_BODY: RequestBody = { model: '', stream: false, tools: [], messages: [] };

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body of a call for an answer, or why the API would refuse it. */
function readAsked(protocol: Protocol, call: Call): { body: RequestBody; problem?: string } {
  try {
    return { body: protocol.read(call) };
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    return { body: NO_BODY, problem: z.prettifyError(error) };
  }
}

/**
 * Starts the stand-in. A call for an answer gets the next turn of the script, streamed when asked for; requests without tools are
 * the program's side questions and get a harmless answer. A script that is used up answers 400 and says so.
 */
export async function startModel(options: ModelOptions): Promise<Model> {
  const { script, key, host = '127.0.0.1', protocol = MESSAGES } = options;
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

  const sendError = (response: ServerResponse, turn: ErrorTurn): void =>
    sendJson(response, turn.status, protocol.error(turn), turn.headers);

  function answer(response: ServerResponse, request: ModelRequest): void {
    const asking = { id: String(requests.length), body: request.body };
    if (request.side) return protocol.sendTurn(response, { text: protocol.side }, asking);
    const turn = takeTurn(request);
    if ('status' in turn) sendError(response, turn);
    else if (!('stall' in turn)) protocol.sendTurn(response, turn, asking);
    else if (turn.stall === 'after') protocol.begin(response, asking);
    for (const { times, resolve } of waiting) if (asked >= times) resolve();
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = incoming;
    const url = new URL(incoming.url ?? '/', 'http://standin');
    const call: Call = { method, url, headers, json: await readBody(incoming) };
    const isAsking = protocol.isAsking(call);
    const { body, problem } = isAsking ? readAsked(protocol, call) : { body: NO_BODY };
    const given = protocol.keyOf(call);
    const request: ModelRequest = {
      method,
      path: url.pathname,
      key: given,
      authorized: given === key,
      side: isAsking && problem === undefined && body.tools.length === 0,
      body,
    };
    requests.push(request);
    const other = protocol.other(call);
    // Reachability probes carry no key.
    if (method === 'HEAD') response.writeHead(200).end();
    else if (!request.authorized) sendError(response, protocol.refusal);
    else if (other !== undefined) sendJson(response, 200, other);
    else if (!isAsking)
      sendError(response, {
        status: 404,
        type: 'not_found_error',
        message: `no ${method} ${url.pathname} here`,
      });
    else if (problem !== undefined)
      sendError(response, { status: 400, type: 'invalid_request_error', message: problem });
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
