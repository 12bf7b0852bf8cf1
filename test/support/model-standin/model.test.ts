import assert from 'node:assert/strict';
import { type Model, startModel } from './model.ts';
import type { Script } from './script.ts';

const KEY = 'sk-ant-example-0000';

describe('the stand-in for the model', () => {
  let model: Model;
  afterEach(() => model.close());
  const start = async (script: Script): Promise<void> => {
    model = await startModel({ script, key: KEY });
  };
  const ask = (
    body: Record<string, unknown> = {},
    headers: Record<string, string> = { 'x-api-key': KEY },
  ): Promise<Response> =>
    fetch(`${model.url}/v1/messages?beta=true`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        model: 'claude-example',
        max_tokens: 10,
        messages: [{ role: 'user', content: 'Hello' }],
        tools: [{ name: 'Bash' }],
        ...body,
      }),
    });

  it('answers the turns in order, whole or streamed, and then says that they are used up', async () => {
    await start([
      { text: 'One' },
      (request) => ({ tools: [{ name: request.body.tools[0]?.name ?? '', input: { command: 'ls' } }] }),
    ]);
    assert.match(await (await ask()).text(), /"text":"One".*"stop_reason":"end_turn"/);
    const stream = await ask({ stream: true });
    assert.equal(stream.headers.get('content-type'), 'text/event-stream');
    assert.match(
      await stream.text(),
      /event: message_start[^]*"name":"Bash"[^]*"stop_reason":"tool_use"[^]*message_stop/,
    );
    assert.equal(model.left(), 0);
    const end = await ask();
    assert.equal(end.status, 400);
    assert.match(await end.text(), /script of 2 turns is used up/);
  });

  it('demands the key, as a header of either kind, and uses no turn without it', async () => {
    await start([{ text: 'One' }]);
    assert.equal((await ask({}, {})).status, 401);
    assert.equal((await ask({}, { 'x-api-key': 'wrong' })).status, 401);
    assert.equal(model.left(), 1);
    assert.equal((await ask({}, { authorization: `Bearer ${KEY}` })).status, 200);
    assert.deepEqual(
      model.requests.map(({ authorized }) => authorized),
      [false, false, true],
    );
  });

  it('answers side questions and token counts without using a turn', async () => {
    await start([{ text: 'One' }]);
    assert.match(await (await ask({ tools: undefined })).text(), /A task/);
    const count = await fetch(`${model.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': KEY },
    });
    assert.deepEqual(await count.json(), { input_tokens: 100 });
    assert.deepEqual([model.left(), model.requests[0]?.side], [1, true]);
  });

  it('answers errors as scripted, again and again when told to', async () => {
    await start([{ status: 529, type: 'overloaded_error', headers: { 'retry-after': '1' }, repeat: true }]);
    for (const response of [await ask(), await ask()]) {
      assert.deepEqual([response.status, response.headers.get('retry-after')], [529, '1']);
      assert.match(await response.text(), /overloaded_error/);
    }
  });

  it('stalls before or after the beginning of an answer until it is closed', async () => {
    await start([{ stall: 'before' }, { stall: 'after' }]);
    const first = assert.rejects(ask({ stream: true }));
    await model.asked(1);
    const second = await ask({ stream: true });
    await model.asked(2);
    const rest = assert.rejects(second.text());
    await model.close();
    await Promise.all([first, rest]);
    await start([]);
  });

  it('refuses a call that is not a request for a message', async () => {
    await start([{ text: 'One' }]);
    assert.equal((await ask({ messages: [] })).status, 400);
    assert.equal((await fetch(`${model.url}/v1/none`, { headers: { 'x-api-key': KEY } })).status, 404);
    assert.equal((await fetch(model.url, { method: 'HEAD' })).status, 200);
    assert.equal(model.left(), 1);
  });
});
