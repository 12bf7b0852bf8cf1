import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import {
  type Asked,
  beginEvents,
  bearerOf,
  type Protocol,
  sendEvent,
  sendJson,
  type TextTurn,
  usageOf,
} from './protocol.ts';
import type { TurnUsage } from './script.ts';

const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).min(1),
});

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

function begin(response: ServerResponse, { id, body }: Asked, usage: Partial<TurnUsage> = {}): void {
  beginEvents(response);
  sendEvent(response, 'message_start', {
    message: {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model: body.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...inputUsage(usageOf({ usage })), output_tokens: 1 },
    },
  });
}

function sendStream(response: ServerResponse, turn: TextTurn, asked: Asked): void {
  begin(response, asked, turn.usage);
  for (const [index, block] of blocksOf(turn, asked.id).entries()) {
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
    usage: { output_tokens: usageOf(turn).output },
  });
  sendEvent(response, 'message_stop', {});
  response.end();
}

/** Anthropic's Messages API, https://docs.claude.com/en/api/messages-streaming. */
export const MESSAGES: Protocol = {
  keyOf: (call) => call.headers['x-api-key']?.toString() ?? bearerOf(call),
  refusal: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  isAsking: ({ method, url }) => method === 'POST' && url.pathname === '/v1/messages',
  read: ({ json }) => bodySchema.parse(json),
  other: ({ method, url }) =>
    method === 'POST' && url.pathname === '/v1/messages/count_tokens' ? { input_tokens: 100 } : undefined,
  side: '{"title": "A task"}',
  begin,
  sendTurn(response, turn, asked) {
    if (asked.body.stream) return sendStream(response, turn, asked);
    const usage = usageOf(turn);
    sendJson(response, 200, {
      id: `msg_${asked.id}`,
      type: 'message',
      role: 'assistant',
      model: asked.body.model,
      content: blocksOf(turn, asked.id),
      stop_reason: stopOf(turn),
      stop_sequence: null,
      usage: { ...inputUsage(usage), output_tokens: usage.output },
    });
  },
  error: ({ type = 'api_error', message = 'scripted' }) => ({ type: 'error', error: { type, message } }),
};
