import assert from 'node:assert/strict';
import { answerCounter } from '../../../src/runner/gateway/answer-counter.ts';
import { ANTHROPIC, GEMINI, OPENAI } from '../../../src/runner/gateway/apis.ts';
import { TokenMeter } from '../../../src/runner/gateway/token-meter.ts';
import type { ApiKind } from '../../../src/runner/gateway/model-api.ts';

const events = (...all: unknown[]): string =>
  all.map((one) => `event: x\ndata: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('');

const CASES: { name: string; kind: ApiKind; type?: string; body: string; counts: object }[] = [
  {
    name: 'a whole answer of the Messages API, cache and all',
    kind: ANTHROPIC,
    body: JSON.stringify({
      model: 'claude-x',
      usage: {
        input_tokens: 10,
        output_tokens: 20,
        cache_read_input_tokens: 300,
        cache_creation_input_tokens: 40,
      },
    }),
    counts: { inputTokens: 350, outputTokens: 20, model: 'claude-x' },
  },
  {
    name: 'a stream of the Messages API, whose later events leave the input out',
    kind: ANTHROPIC,
    type: 'text/event-stream; charset=utf-8',
    body: events(
      {
        type: 'message_start',
        message: { model: 'claude-x', usage: { input_tokens: 100, output_tokens: 1 } },
      },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: '{"usage": {"output_tokens": 9}}' } },
      { type: 'message_delta', usage: { output_tokens: 50 } },
      { type: 'message_stop' },
    ),
    counts: { inputTokens: 100, outputTokens: 50, model: 'claude-x' },
  },
  {
    name: 'a count of tokens, which is free',
    kind: ANTHROPIC,
    body: JSON.stringify({ input_tokens: 100 }),
    counts: { inputTokens: 0, outputTokens: 0 },
  },
  {
    name: 'a whole chat completion',
    kind: OPENAI,
    body: JSON.stringify({
      model: 'gpt-x',
      usage: { prompt_tokens: 30, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 20 } },
    }),
    counts: { inputTokens: 30, outputTokens: 7, model: 'gpt-x' },
  },
  {
    name: 'a streamed chat completion',
    kind: OPENAI,
    type: 'text/event-stream',
    body: events(
      { model: 'gpt-x', choices: [{ delta: { content: 'hi' } }], usage: null },
      { model: 'gpt-x', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
      '[DONE]',
    ),
    counts: { inputTokens: 3, outputTokens: 4, model: 'gpt-x' },
  },
  {
    name: 'a streamed response',
    kind: OPENAI,
    type: 'text/event-stream',
    body: events(
      { type: 'response.created', response: { model: 'gpt-x', usage: null } },
      {
        type: 'response.completed',
        response: {
          model: 'gpt-x',
          usage: { input_tokens: 11, output_tokens: 5, input_tokens_details: { cached_tokens: 99 } },
        },
      },
    ),
    counts: { inputTokens: 11, outputTokens: 5, model: 'gpt-x' },
  },
  {
    name: 'a whole answer of Gemini, thoughts and all',
    kind: GEMINI,
    body: JSON.stringify({
      modelVersion: 'gemini-x',
      usageMetadata: {
        promptTokenCount: 8,
        cachedContentTokenCount: 3,
        candidatesTokenCount: 2,
        thoughtsTokenCount: 6,
      },
    }),
    counts: { inputTokens: 8, outputTokens: 8, model: 'gemini-x' },
  },
  {
    name: 'a stream of Gemini, whose events have totals',
    kind: GEMINI,
    type: 'text/event-stream',
    body: events(
      { modelVersion: 'gemini-x', usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 1 } },
      { modelVersion: 'gemini-x', usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 4 } },
    ),
    counts: { inputTokens: 8, outputTokens: 4, model: 'gemini-x' },
  },
  {
    name: 'a stream of Gemini as one list',
    kind: GEMINI,
    body: JSON.stringify([
      { usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 1 } },
      { modelVersion: 'gemini-x', usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 4 } },
    ]),
    counts: { inputTokens: 8, outputTokens: 4, model: 'gemini-x' },
  },
  {
    name: 'figures that are not counts: as 0, and the rest as it is',
    kind: ANTHROPIC,
    body: JSON.stringify({ model: 'claude-x', usage: { input_tokens: 10.5, output_tokens: 20, x: -1 } }),
    counts: { inputTokens: 0, outputTokens: 20, model: 'claude-x' },
  },
  {
    name: 'an answer that is cut short: nothing',
    kind: ANTHROPIC,
    body: '{"usage": {"input_tokens": 1',
    counts: { inputTokens: 0, outputTokens: 0 },
  },
];

describe('the tokens of a model’s answers', () => {
  for (const { name, kind, type = 'application/json', body, counts } of CASES)
    for (const [way, size] of [
      ['at once', body.length],
      ['a byte at a time', 1],
    ] as const)
      it(`counts ${name} (${way})`, () => {
        const meter = new TokenMeter({ log: assert.fail });
        const counter = answerCounter(type, kind.readUsage, meter.answer());
        const bytes = Buffer.from(body);
        for (let at = 0; at < bytes.length; at += size) counter.push(bytes.subarray(at, at + size));
        counter.end();
        assert.deepEqual(meter.usage, counts);
      });

  it('adds the answers up', () => {
    const meter = new TokenMeter({ log: assert.fail });
    for (const [, kind, json] of [
      ['a', ANTHROPIC, { model: 'claude-x', usage: { input_tokens: 1, output_tokens: 2 } }],
      ['b', ANTHROPIC, { model: 'claude-y', usage: { input_tokens: 30, output_tokens: 40 } }],
    ] as const) {
      const counter = answerCounter('application/json', kind.readUsage, meter.answer());
      counter.push(Buffer.from(JSON.stringify(json)));
      counter.end();
    }
    assert.deepEqual(meter.usage, { inputTokens: 31, outputTokens: 42, model: 'claude-x' });
  });
});
