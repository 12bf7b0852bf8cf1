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
import type { ToolCall } from './script.ts';

const named = z.looseObject({ type: z.string(), name: z.string().default('') });
type Tool = z.infer<typeof named>;
const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  tools: z.array(named).default([]),
  input: z.array(z.looseObject({ type: z.string().optional(), role: z.string().optional() })).min(1),
});
const inside = z.looseObject({ tools: z.array(named) });

/** Tools of a list and of the namespaces in it. */
function toolsIn(list: readonly Tool[], namespace?: string): Tool[] {
  return list.flatMap((tool) => {
    const { data } = inside.safeParse(tool);
    return data ? toolsIn(data.tools, tool.name) : [{ ...tool, ...(namespace && { namespace }) }];
  });
}

type Item = Record<string, unknown> & { type: string; id: string };

/** A call of a tool in the form that the request's declaration of it asks for: JSON, or for a custom tool the text of `input.input`. */
function callItem({ name, input }: ToolCall, { id, body }: Asked, index: number): Item {
  const tool = body.tools.find((each) => each.name === name);
  const common = {
    id: `item_${id}_${index}`,
    status: 'completed',
    call_id: `call_${id}_${index}`,
    name,
    ...(typeof tool?.['namespace'] === 'string' && { namespace: tool['namespace'] }),
  };
  return tool?.['type'] === 'custom'
    ? { type: 'custom_tool_call', ...common, input: String(input['input']) }
    : { type: 'function_call', ...common, arguments: JSON.stringify(input) };
}

const itemsOf = (turn: TextTurn, asked: Asked): Item[] => [
  ...(turn.text === undefined
    ? []
    : [
        {
          type: 'message',
          id: `msg_${asked.id}`,
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: turn.text, annotations: [], logprobs: [] }],
        },
      ]),
  ...(turn.tools ?? []).map((tool, index) => callItem(tool, asked, index)),
];

const responseOf = ({ id, body }: Asked, more: object): object => ({
  id: `resp_${id}`,
  object: 'response',
  created_at: 1_700_000_000,
  model: body.model,
  ...more,
});

function usage(turn: TextTurn): object {
  const { input, output, cacheRead, cacheWrite } = usageOf(turn);
  const all = input + cacheRead + cacheWrite;
  return {
    input_tokens: all,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: all + output,
  };
}

function begin(response: ServerResponse, asked: Asked): void {
  beginEvents(response);
  sendEvent(response, 'response.created', {
    response: responseOf(asked, { status: 'in_progress', output: [] }),
  });
}

/** The event that carries an item's text or arguments. */
function sendDelta(response: ServerResponse, turn: TextTurn, item: Item, output_index: number): void {
  const place = { item_id: item.id, output_index };
  if (item.type === 'message')
    sendEvent(response, 'response.output_text.delta', { ...place, content_index: 0, delta: turn.text });
  else if (item.type === 'function_call')
    sendEvent(response, 'response.function_call_arguments.delta', { ...place, delta: item['arguments'] });
}

/** What an item is when it begins. */
const emptied = (item: Item): Item => ({
  ...item,
  status: 'in_progress',
  ...('content' in item && { content: [] }),
  ...('arguments' in item && { arguments: '' }),
  ...('input' in item && { input: '' }),
});

/** OpenAI's Responses API, https://platform.openai.com/docs/api-reference/responses-streaming, below `/v1`. */
export const RESPONSES: Protocol = {
  keyOf: bearerOf,
  refusal: { status: 401, type: 'invalid_request_error', message: 'Incorrect API key provided.' },
  isAsking: ({ method, url }) => method === 'POST' && url.pathname === '/v1/responses',
  read({ json }) {
    const { model, stream, tools, input } = bodySchema.parse(json);
    // Codex declares tools among the input.
    const added = input.flatMap((item) => inside.safeParse(item).data?.tools ?? []);
    const messages = input.map((item) => ({ role: item.role ?? item.type ?? '', content: item }));
    return { model, stream, tools: toolsIn([...tools, ...added]), messages };
  },
  other: ({ method, url }) =>
    method === 'GET' && url.pathname === '/v1/models' ? { object: 'list', data: [] } : undefined,
  side: 'A task',
  begin,
  sendTurn(response, turn, asked) {
    const output = itemsOf(turn, asked);
    const whole = responseOf(asked, { status: 'completed', output, usage: usage(turn) });
    if (!asked.body.stream) return sendJson(response, 200, whole);
    begin(response, asked);
    for (const [output_index, item] of output.entries()) {
      sendEvent(response, 'response.output_item.added', { output_index, item: emptied(item) });
      sendDelta(response, turn, item, output_index);
      sendEvent(response, 'response.output_item.done', { output_index, item });
    }
    sendEvent(response, 'response.completed', { response: whole });
    response.end();
  },
  error: ({ type = 'server_error', message = 'scripted' }) => ({
    error: { type, message, code: null, param: null },
  }),
};
