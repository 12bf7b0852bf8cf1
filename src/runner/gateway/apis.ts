import { z } from 'zod';
import type { ApiKind } from './model-api.ts';
import { NO_TOKENS, type Tokens } from './tokens.ts';

/** A figure that is absent or not a count is 0. */
const count = z.number().int().nonnegative().catch(0);
const model = z.string().max(128).optional().catch(undefined);

const anthropicUsage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_1h_input_tokens: count }).optional().catch(undefined),
  server_tool_use: z.object({ web_search_requests: count }).optional().catch(undefined),
});
const anthropicAnswer = z.object({ model, usage: anthropicUsage });
const anthropicEvent = z.union([z.object({ message: anthropicAnswer }), anthropicAnswer]);

function readAnthropic(json: unknown): Tokens | undefined {
  const { data } = anthropicEvent.safeParse(json);
  if (!data) return undefined;
  const { model: name, usage } = 'message' in data ? data.message : data;
  return {
    ...(name !== undefined && { model: name }),
    input: usage.input_tokens,
    cacheRead: usage.cache_read_input_tokens,
    cacheWrite: usage.cache_creation_input_tokens,
    cacheWriteHour: usage.cache_creation?.ephemeral_1h_input_tokens ?? 0,
    output: usage.output_tokens,
    searches: usage.server_tool_use?.web_search_requests ?? 0,
  };
}

const cached = z.object({ cached_tokens: count }).optional().catch(undefined);
/** Chat completions say prompt and completion, responses say input and output. */
const openaiUsage = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: cached,
  input_tokens: count,
  output_tokens: count,
  input_tokens_details: cached,
});
const openaiAnswer = z.object({ model, usage: openaiUsage });
const openaiEvent = z.union([z.object({ response: openaiAnswer }), openaiAnswer]);

function readOpenai(json: unknown): Tokens | undefined {
  const { data } = openaiEvent.safeParse(json);
  if (!data) return undefined;
  const { model: name, usage } = 'response' in data ? data.response : data;
  const all = usage.prompt_tokens + usage.input_tokens;
  const details = usage.input_tokens_details ?? usage.prompt_tokens_details;
  const cacheRead = Math.min(all, details?.cached_tokens ?? 0);
  return {
    ...NO_TOKENS,
    ...(name !== undefined && { model: name }),
    input: all - cacheRead,
    cacheRead,
    output: usage.completion_tokens + usage.output_tokens,
  };
}

const geminiAnswer = z.object({
  modelVersion: model,
  usageMetadata: z.object({
    promptTokenCount: count,
    toolUsePromptTokenCount: count,
    cachedContentTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
  }),
});

function readGemini(json: unknown): Tokens | undefined {
  // Without `alt=sse` a stream is one list of answers, of which the last one has the totals.
  const { data } = geminiAnswer.safeParse(Array.isArray(json) ? json.at(-1) : json);
  if (!data) return undefined;
  const { modelVersion: name, usageMetadata: usage } = data;
  const cacheRead = Math.min(usage.promptTokenCount, usage.cachedContentTokenCount);
  return {
    ...NO_TOKENS,
    ...(name !== undefined && { model: name }),
    input: usage.promptTokenCount + usage.toolUsePromptTokenCount - cacheRead,
    cacheRead,
    output: usage.candidatesTokenCount + usage.thoughtsTokenCount,
  };
}

/** https://docs.claude.com/en/api/messages; the base URL ends before the version. */
export const ANTHROPIC: ApiKind = {
  endpoints: ['POST /v1/messages', 'POST /v1/messages/count_tokens', 'GET /v1/models', 'GET /v1/models/*'],
  readUsage: readAnthropic,
};

/** The same with the version in the base URL, as the AI SDK has it. */
export const ANTHROPIC_SDK: ApiKind = {
  endpoints: ['POST /messages', 'POST /messages/count_tokens', 'GET /models', 'GET /models/*'],
  readUsage: readAnthropic,
};

/** https://platform.openai.com/docs/api-reference; the base URL ends with the version. */
export const OPENAI: ApiKind = {
  endpoints: [
    'POST /responses',
    'POST /responses/compact',
    'POST /chat/completions',
    'GET /models',
    'GET /models/*',
  ],
  readUsage: readOpenai,
};

const GEMINI_CALLS = ['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent'];

/** https://ai.google.dev/api; the base URL ends before the version. */
export const GEMINI: ApiKind = {
  endpoints: ['/v1beta', '/v1'].flatMap((version) => [
    ...GEMINI_CALLS.map((call) => `POST ${version}/models/*:${call}`),
    `GET ${version}/models`,
    `GET ${version}/models/*`,
  ]),
  readUsage: readGemini,
};

/** The same with the version in the base URL, as the AI SDK has it. */
export const GEMINI_SDK: ApiKind = {
  endpoints: [...GEMINI_CALLS.map((call) => `POST /models/*:${call}`), 'GET /models', 'GET /models/*'],
  readUsage: readGemini,
};
