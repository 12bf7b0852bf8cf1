import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestBody, ToolCall, Turn, TurnUsage } from './script.ts';

/** A call as it came. */
export interface Call {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  /** The body; undefined when it is not JSON. */
  json: unknown;
}

export type TextTurn = Extract<Turn, { text?: string; tools?: ToolCall[] }>;
export type ErrorTurn = Extract<Turn, { status: number }>;

/** The request that an answer is for. */
export interface Asked {
  /** A number of its own. */
  id: string;
  body: RequestBody;
}

/** An API of a model's provider. */
export interface Protocol {
  /** The key that came with a call, from where this API looks for one. */
  keyOf(call: Call): string | undefined;
  /** The answer to another key than the right one. */
  refusal: ErrorTurn;
  /** True for a call for an answer of the model. */
  isAsking(call: Call): boolean;
  /** Reads the body of such a call. Throws for one that the API would refuse. */
  read(call: Call): RequestBody;
  /** Answers another call, as JSON; undefined for an address that the API does not have. */
  other(call: Call): unknown;
  /** The answer to a side question; see ModelRequest. */
  side: string;
  /** Begins a streamed answer; used alone by turns that stall half-way. */
  begin(response: ServerResponse, asked: Asked, usage?: Partial<TurnUsage>): void;
  sendTurn(response: ServerResponse, turn: TextTurn, asked: Asked): void;
  /** An error's body. */
  error(turn: ErrorTurn): unknown;
}

/** The usage of a turn with what it leaves out. */
export const usageOf = ({ usage }: Pick<TextTurn, 'usage'>): TurnUsage => ({
  input: 100,
  output: 50,
  cacheRead: 0,
  cacheWrite: 0,
  ...usage,
});

export const bearerOf = ({ headers }: Call): string | undefined =>
  headers.authorization?.replace(/^Bearer /, '');

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Begins a stream of events. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
}

/** Writes an event whose data names its type again. */
export function sendEvent(response: ServerResponse, type: string, data: Record<string, unknown>): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}
