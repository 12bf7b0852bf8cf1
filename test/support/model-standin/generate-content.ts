import { z } from 'zod';
import { type Asked, beginEvents, type Protocol, sendJson, type TextTurn, usageOf } from './protocol.ts';

const bodySchema = z.object({
  contents: z.array(z.looseObject({ role: z.string().default('user'), parts: z.unknown() })).min(1),
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string() })).default([]) }))
    .default([]),
});

/** `/v1beta/models/MODEL:CALL`. */
const ADDRESS = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

function answerOf(turn: TextTurn, { id, body }: Asked): object {
  const { input, output, cacheRead, cacheWrite } = usageOf(turn);
  const prompt = input + cacheRead + cacheWrite;
  const calls = (turn.tools ?? []).map(({ name, input: args }, index) => ({
    functionCall: { id: `call_${id}_${index}`, name, args },
  }));
  return {
    candidates: [
      {
        content: {
          role: 'model',
          parts: [...(turn.text === undefined ? [] : [{ text: turn.text }]), ...calls],
        },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: prompt,
      cachedContentTokenCount: cacheRead,
      candidatesTokenCount: output,
      totalTokenCount: prompt + output,
    },
    modelVersion: body.model,
    responseId: `response_${id}`,
  };
}

/** Google's Gemini API, https://ai.google.dev/api/generate-content. */
export const GENERATE_CONTENT: Protocol = {
  keyOf: ({ headers, url }) =>
    headers['x-goog-api-key']?.toString() ?? url.searchParams.get('key') ?? undefined,
  refusal: {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'API key not valid. Please pass a valid API key.',
  },
  isAsking: ({ method, url }) => method === 'POST' && ADDRESS.test(url.pathname),
  read({ url, json }) {
    const { contents, tools } = bodySchema.parse(json);
    const [, model = '', call] = ADDRESS.exec(url.pathname) ?? [];
    return {
      model,
      stream: call === 'streamGenerateContent',
      tools: tools.flatMap(({ functionDeclarations }) => functionDeclarations),
      messages: contents.map((content) => ({ role: content.role, content })),
    };
  },
  other: () => undefined,
  // Gemini CLI asks for a score to choose its model by.
  side: '{"complexity_reasoning": "A small task.", "complexity_score": 10}',
  begin: (response) => {
    beginEvents(response);
    response.flushHeaders();
  },
  sendTurn(response, turn, asked) {
    const answer = answerOf(turn, asked);
    if (!asked.body.stream) return sendJson(response, 200, answer);
    beginEvents(response);
    response.end(`data: ${JSON.stringify(answer)}\r\n\r\n`);
  },
  error: ({ status, type = 'INTERNAL', message = 'scripted' }) => ({
    error: { code: status, message, status: type },
  }),
};
