import { z } from 'zod';

/** The end of the year 9999, in Unix seconds. */
const MAX_SECONDS = 253_402_300_799;
const count = z.number().catch(0);
const text = z.string().catch('');
const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
});
const modelUsage = z.record(
  z.string(),
  z.object({
    inputTokens: count,
    outputTokens: count,
    cacheReadInputTokens: count,
    cacheCreationInputTokens: count,
    costUSD: count,
  }),
);
const block = z.object({
  type: text,
  text,
  name: text,
  input: z.record(z.string(), z.unknown()).catch({}),
  is_error: z.boolean().catch(false),
  content: z.unknown().optional(),
});
const parent = { parent_tool_use_id: optional(z.string()) };

/** The lines that say something to us, by their type. Fields that are absent or of another type become empty, 0 or undefined. */
export const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('system'),
    subtype: text,
    session_id: optional(z.string()),
    model: optional(z.string()),
    content: text,
    attempt: count,
    max_retries: count,
    retry_delay_ms: count,
    error_status: optional(z.number()),
    error: text,
  }),
  z.object({
    ...parent,
    type: z.literal('assistant'),
    error: optional(z.string()),
    message: z.object({ id: text, model: text, content: z.array(block).catch([]), usage: optional(usage) }),
  }),
  z.object({
    ...parent,
    type: z.literal('user'),
    message: z.object({ content: z.array(block).catch([]) }),
  }),
  z.object({
    type: z.literal('rate_limit_event'),
    rate_limit_info: z
      .object({ status: text, resetsAt: optional(z.number().positive().max(MAX_SECONDS)) })
      .catch({ status: '', resetsAt: undefined }),
  }),
  z.object({
    type: z.literal('result'),
    subtype: text,
    is_error: z.boolean().catch(false),
    result: text,
    errors: z.array(z.string()).catch([]),
    api_error_status: optional(z.number()),
    stop_reason: optional(z.string()),
    session_id: optional(z.string()),
    num_turns: optional(z.number()),
    usage: optional(usage),
    total_cost_usd: optional(z.number()),
    model_usage_since_last_result: optional(modelUsage),
  }),
]);
type Line = z.infer<typeof lineSchema>;
export type ClaudeLine<T extends Line['type']> = Extract<Line, { type: T }>;
export type ClaudeUsage = z.infer<typeof usage>;

const contentSchema = z.union([
  z.string(),
  z.array(z.object({ text })).transform((parts) => parts.map((part) => part.text).join(' ')),
]);
/** The text of a tool's result. */
export const contentText = (content: unknown): string =>
  contentSchema.catch('the tool failed').parse(content);
