import type { ServerResponse } from 'node:http';
import type { ToolCall, Turn, TurnUsage } from './script.ts';

type TextTurn = Extract<Turn, { text?: string; tools?: ToolCall[] }>;

const USAGE: TurnUsage = { input: 100, output: 50, cacheRead: 0, cacheWrite: 0 };

const inputUsage = (usage: TurnUsage): Record<string, number> => ({
  input_tokens: usage.input,
  cache_creation_input_tokens: usage.cacheWrite,
  cache_read_input_tokens: usage.cacheRead,
});

type Block = { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: unknown };

const blocksOf = (turn: TextTurn, id: string): Block[] => [
  ...(turn.text === undefined ? [] : [{ type: 'text' as const, text: turn.text }]),
  ...(turn.tools ?? []).map((tool, index) => ({
    type: 'tool_use' as const,
    id: `toolu_${id}_${index}`,
    ...tool,
  })),
];

const stopOf = (turn: TextTurn): string => turn.stop ?? (turn.tools?.length ? 'tool_use' : 'end_turn');

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers as the API does with an error. */
export function sendError(
  response: ServerResponse,
  status: number,
  { type, message, headers }: { type: string; message: string; headers?: Record<string, string> },
): void {
  sendJson(response, status, { type: 'error', error: { type, message } }, headers);
}

/** Writes one server-sent event of the Messages API. */
function sendEvent(response: ServerResponse, type: string, data: Record<string, unknown>): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

/** Begins a streamed answer; used alone by turns that stall half-way. */
export function beginStream(
  response: ServerResponse,
  id: string,
  model: string,
  usage: Partial<TurnUsage> = {},
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  sendEvent(response, 'message_start', {
    message: {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...inputUsage({ ...USAGE, ...usage }), output_tokens: 1 },
    },
  });
}

function sendStream(response: ServerResponse, turn: TextTurn, id: string, model: string): void {
  beginStream(response, id, model, turn.usage);
  for (const [index, block] of blocksOf(turn, id).entries()) {
    const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
    const delta =
      block.type === 'text'
        ? { type: 'text_delta', text: block.text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    sendEvent(response, 'content_block_start', { index, content_block: empty });
    sendEvent(response, 'content_block_delta', { index, delta });
    sendEvent(response, 'content_block_stop', { index });
  }
  sendEvent(response, 'message_delta', {
    delta: { stop_reason: stopOf(turn), stop_sequence: null },
    usage: { output_tokens: { ...USAGE, ...turn.usage }.output },
  });
  sendEvent(response, 'message_stop', {});
  response.end();
}

/** Answers with a turn, streamed or whole, as https://docs.claude.com/en/api/messages-streaming describes. */
export function sendTurn(
  response: ServerResponse,
  turn: TextTurn,
  { id, model, stream }: { id: string; model: string; stream: boolean },
): void {
  if (stream) return sendStream(response, turn, id, model);
  const usage = { ...USAGE, ...turn.usage };
  sendJson(response, 200, {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocksOf(turn, id),
    stop_reason: stopOf(turn),
    stop_sequence: null,
    usage: { ...inputUsage(usage), output_tokens: usage.output },
  });
}
