import assert from 'node:assert/strict';
import { GENERATE_CONTENT } from './generate-content.ts';
import { type Model, startModel } from './model.ts';
import type { Protocol } from './protocol.ts';
import { RESPONSES } from './responses.ts';
import type { Script } from './script.ts';

const KEY = 'sk-example-0000';
const USAGE = { input: 10, cacheRead: 5, output: 7 };
const TURNS: Script = [
  { text: 'One', usage: USAGE },
  { tools: [{ name: 'edit', input: { input: 'x' } }] },
  { status: 429, message: 'Slow down' },
];

interface Case {
  name: string;
  protocol: Protocol;
  path: string;
  header: Record<string, string>;
  body: object;
  text: RegExp;
  call: RegExp;
  refused: number;
}

const CASES: Case[] = [
  {
    name: 'the Responses API',
    protocol: RESPONSES,
    path: '/v1/responses',
    header: { authorization: `Bearer ${KEY}` },
    body: {
      model: 'gpt-example',
      stream: true,
      input: [
        {
          type: 'additional_tools',
          tools: [{ type: 'namespace', name: 'functions', tools: [{ type: 'custom', name: 'edit' }] }],
        },
        { type: 'message', role: 'user', content: [] },
      ],
    },
    text: /output_text\.delta[^]*"delta":"One"[^]*response\.completed[^]*"input_tokens":15[^]*"cached_tokens":5/,
    call: /"type":"custom_tool_call"[^}]*"namespace":"functions"[^}]*"input":"x"/,
    refused: 401,
  },
  {
    name: 'the Gemini API',
    protocol: GENERATE_CONTENT,
    path: '/v1beta/models/gemini-example:streamGenerateContent?alt=sse',
    header: { 'x-goog-api-key': KEY },
    body: { contents: [{ role: 'user', parts: [] }], tools: [{ functionDeclarations: [{ name: 'edit' }] }] },
    text: /^data: .*"text":"One".*"promptTokenCount":15,"cachedContentTokenCount":5,"candidatesTokenCount":7/,
    call: /"functionCall":\{[^}]*"name":"edit","args":\{"input":"x"\}/,
    refused: 400,
  },
];

for (const { name, protocol, path, header, body, text, call, refused } of CASES)
  describe(`the stand-in for the model, behind ${name}`, () => {
    let model: Model;
    beforeEach(async () => {
      model = await startModel({ script: TURNS, key: KEY, protocol });
    });
    afterEach(() => model.close());
    const ask = (headers: Record<string, string>, content: object = body): Promise<Response> =>
      fetch(`${model.url}${path}`, { method: 'POST', headers, body: JSON.stringify(content) });

    it('answers text, calls of tools and errors, with the tokens that the script says', async () => {
      assert.match(await (await ask(header)).text(), text);
      assert.match(await (await ask(header)).text(), call);
      const limited = await ask(header);
      assert.equal(limited.status, 429);
      assert.match(await limited.text(), /"message":"Slow down"/);
      assert.equal(model.left(), 0);
    });

    it('demands the key where this API has it, and a body', async () => {
      assert.equal((await ask({ 'x-api-key': KEY })).status, refused);
      assert.equal((await ask(header, {})).status, 400);
      assert.equal(model.left(), TURNS.length);
    });
  });
