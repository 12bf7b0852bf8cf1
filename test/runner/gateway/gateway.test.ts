import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { ANTHROPIC, GEMINI } from '../../../src/runner/gateway/apis.ts';
import { type Gateway, type GatewayOptions, openGateway } from '../../../src/runner/gateway/gateway.ts';
import { TokenMeter, type TokenMeterOptions } from '../../../src/runner/gateway/token-meter.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { Deferred } from '../../support/deferred.ts';
import { tempFolder } from '../../support/stage/remote.ts';
import { type Answer, answerJson, type Provider, startProvider } from './provider.ts';

const KEY = 'sk-ant-api03-the-key-that-stays-outside';
const ANSWER = { model: 'claude-sonnet-4-5', usage: { input_tokens: 7, output_tokens: 9 } };

/** Asks as an agent does, and is not led away. */
const ask = (gateway: Gateway, init: RequestInit = {}, path = '/v1/messages'): Promise<Response> =>
  fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.placeholder },
    body: '{"model": "claude-sonnet-4-5"}',
    redirect: 'manual',
    ...init,
  });

describe('the model gateway', () => {
  const closing: (() => Promise<void>)[] = [];
  let log: string[];
  let meter: TokenMeter;
  let provider: Provider;
  beforeEach(() => {
    log = [];
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const note = (line: string): void => void log.push(line);
  const open = async (
    answer: Answer = answerJson(ANSWER),
    options: Partial<GatewayOptions> & Pick<TokenMeterOptions, 'budgetUSD' | 'onSpent'> = {},
  ): Promise<Gateway> => {
    provider = await startProvider(answer);
    closing.push(() => provider.close());
    const { budgetUSD, onSpent, ...more } = options;
    meter = new TokenMeter({ budgetUSD, onSpent, log: note });
    const base = new URL(provider.url);
    const gateway = await openGateway({
      kind: ANTHROPIC,
      base,
      key: KEY,
      meter,
      env: {},
      log: note,
      ...more,
    });
    closing.push(() => gateway.close());
    return gateway;
  };
  it('gives the key to a request with the placeholder, and the answer and its tokens come back', async () => {
    const gateway = await open();
    const response = await ask(gateway);
    assert.deepEqual([response.status, await response.json()], [200, ANSWER]);
    const [asked] = provider.asked;
    assert.deepEqual(
      [asked?.method, asked?.url, asked?.body, asked?.headers['x-api-key'], asked?.headers.host],
      ['POST', '/v1/messages', '{"model": "claude-sonnet-4-5"}', KEY, `127.0.0.1:${provider.port}`],
    );
    assert.equal(asked?.headers['accept-encoding'], 'identity');
    assert.deepEqual(meter.usage, {
      inputTokens: 7,
      outputTokens: 9,
      costUSD: 0.000156,
      model: 'claude-sonnet-4-5',
    });
    assert.deepEqual(log, []);
  });

  it('refuses a request without the placeholder, says so once, and the provider hears nothing', async () => {
    const gateway = await open();
    const given: Record<string, string>[] = [
      {},
      { 'x-api-key': 'guessed' },
      { authorization: `Bearer ${KEY}` },
    ];
    for (const headers of given) {
      const response = await ask(gateway, { headers });
      assert.equal(response.status, 401);
      assert.match(await response.text(), /authentication_error/);
    }
    assert.deepEqual(provider.asked, []);
    assert.deepEqual(log, [
      'The model gateway refused POST /v1/messages (401): the request does not carry the key that this task was given',
    ]);
  });

  for (const path of ['/v1/messages/batches', '/v1/files', '/v1/organizations/invites'])
    it(`does not pass ${path}, of which the agent has no need`, async () => {
      const gateway = await open();
      assert.equal((await ask(gateway, {}, path)).status, 403);
      assert.deepEqual(provider.asked, []);
      assert.match(log.join('\n'), new RegExp(`refused POST ${path} \\(403\\)`));
    });

  it('answers a look at its address itself', async () => {
    const gateway = await open();
    const response = await fetch(`http://127.0.0.1:${gateway.port}/`, { method: 'HEAD' });
    assert.deepEqual([response.status, provider.asked.length, log], [200, 0, []]);
  });

  it('passes a redirect and does not follow it', async () => {
    const gateway = await open((response) =>
      response.writeHead(307, { location: 'http://elsewhere.example/v1/messages' }).end(),
    );
    const response = await ask(gateway);
    assert.deepEqual(
      [response.status, response.headers.get('location'), provider.asked.length],
      [307, 'http://elsewhere.example/v1/messages', 1],
    );
  });

  it('streams: an event arrives before the provider writes the next', async () => {
    let held: ServerResponse | undefined;
    const gateway = await open((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(
        `data: ${JSON.stringify({ message: { model: 'claude-x', usage: { input_tokens: 5, output_tokens: 1 } } })}\n\n`,
      );
      held = response;
    });
    const reader = (await ask(gateway)).body?.getReader();
    assert.match(new TextDecoder().decode((await reader?.read())?.value), /"input_tokens":5/);
    assert.equal(meter.usage.inputTokens, 5, 'the tokens count as soon as they are said');
    held?.end('data: {"usage": {"output_tokens": 50}}\n\n');
    assert.match(new TextDecoder().decode((await reader?.read())?.value), /"output_tokens": 50/);
    assert.equal((await reader?.read())?.done, true);
    assert.deepEqual(meter.usage, { inputTokens: 5, outputTokens: 50, model: 'claude-x' });
  });

  it('tells the provider when the agent goes away, before and after the answer began', async () => {
    for (const begins of [false, true]) {
      const held = new Deferred<ServerResponse>();
      const gateway = await open((response) => {
        if (begins) response.writeHead(200).write('x');
        held.resolve(response);
      });
      const control = new AbortController();
      const asked = ask(gateway, { signal: control.signal });
      asked.catch(() => undefined);
      const response = await held.promise;
      if (begins) await asked;
      const gone = once(response, 'close');
      control.abort();
      await gone;
      assert.equal(response.writableFinished, false);
    }
  });

  it('tells the agent when the provider breaks off', async () => {
    const gateway = await open((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {}\n\n', () => response.destroy());
    });
    await assert.rejects((await ask(gateway)).text());
    assert.equal((await ask(gateway)).status, 200, 'the gateway is still there');
  });

  it('passes long requests and long answers whole', async () => {
    const long = 'äöü'.repeat(200_000);
    const gateway = await open((response, { body }) => response.end(body));
    const response = await ask(gateway, { body: long });
    assert.ok((await response.text()) === long, 'the answer is not what was sent');
  });

  it('refuses a request that is too long, whether it says so before or not', async () => {
    const gateway = await open(undefined, { bodyBytes: 100_000 });
    const long = 'x'.repeat(100_001);
    const parts = new Blob([long]).stream();
    for (const init of [{ body: long }, { body: parts, duplex: 'half' } as RequestInit])
      // The rest of the body is not read, so that the agent may see the end of the connection before the answer.
      assert.equal(
        await ask(gateway, init).then(
          ({ status }) => status,
          () => 413,
        ),
        413,
      );
    assert.equal(provider.asked.length, 0);
    assert.deepEqual(log, [
      'The model gateway refused a request (413): the request is longer than 100000 bytes',
    ]);
  });

  it('refuses headers that are too long', async () => {
    const gateway = await open();
    const headers = { 'x-api-key': gateway.placeholder, 'x-long': 'x'.repeat(40_000) };
    assert.equal((await ask(gateway, { headers })).status, 431);
  });

  it('refuses further requests when the budget is used up, and says that it is', async () => {
    const spent = new Deferred();
    const gateway = await open(undefined, { budgetUSD: 0.0001, onSpent: () => spent.resolve() });
    assert.equal((await ask(gateway)).status, 200);
    await spent.promise;
    const response = await ask(gateway);
    assert.deepEqual([response.status, provider.asked.length], [403, 1]);
    assert.match(await response.text(), /budget is used up \(agent\.maxBudgetUSD\)/);
  });

  it('says that a provider cannot be reached, without the key', async () => {
    const gateway = await open(undefined, { base: new URL('http://127.0.0.1:1') });
    const response = await ask(gateway);
    assert.equal(response.status, 502);
    const said = `${await response.text()}${log.join('\n')}`;
    assert.match(said, /the model API at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/);
    assert.ok(!said.includes(KEY));
  });

  it('says that compressed answers cannot be counted, and passes them', async () => {
    const packed = gzipSync(JSON.stringify(ANSWER));
    const gateway = await open((response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed),
    );
    assert.deepEqual(await (await ask(gateway)).json(), ANSWER);
    assert.match(log.join('\n'), /cannot count their tokens/);
  });

  it('asks below the path of the person’s own address, with what that address holds', async () => {
    const gateway = await open();
    const base = new URL(`http://someone:pass%20word@127.0.0.1:${provider.port}/anthropic/?team=a`);
    const other = await openGateway({
      kind: ANTHROPIC,
      base,
      key: KEY,
      meter,
      env: {},
      log: () => undefined,
    });
    closing.push(() => other.close());
    await ask(other, {}, '/v1/messages?beta=true');
    assert.ok(gateway.port !== other.port);
    const [asked] = provider.asked;
    assert.equal(asked?.url, '/anthropic/v1/messages?team=a&beta=true');
    assert.equal(asked?.headers.authorization, `Basic ${btoa('someone:pass word')}`);
  });

  it('puts the key into the address where Gemini has it', async () => {
    const gateway = await open(undefined, { kind: GEMINI });
    const path = `/v1beta/models/gemini-x:generateContent?key=${gateway.placeholder}&alt=sse`;
    await ask(gateway, { headers: {} }, path);
    assert.equal(provider.asked[0]?.url, `/v1beta/models/gemini-x:generateContent?alt=sse&key=${KEY}`);
  });

  it('goes through the proxy that the environment asks for', async () => {
    const proxy = await startConnectProxy(() => provider.port);
    closing.push(() => proxy.close());
    const env = { HTTP_PROXY: `http://me:secret@${proxy.host}`, NO_PROXY: '.internal' };
    const gateway = await open(undefined, { base: new URL('http://model.invalid/'), env });
    assert.equal((await ask(gateway)).status, 200);
    assert.deepEqual(proxy.asked, [{ target: 'model.invalid:80', credential: 'me:secret' }]);
    assert.equal(provider.asked[0]?.headers['x-api-key'], KEY);
  });

  it('listens on a unix socket for a room, which no other user can open', async () => {
    const socket = join(tempFolder(), 'model.sock');
    const gateway = await open(undefined, { socket });
    assert.equal(gateway.port, undefined);
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    const sent = httpRequest({
      socketPath: socket,
      path: '/v1/messages',
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.placeholder}` },
    });
    sent.end('{}');
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    assert.deepEqual(JSON.parse(await text(response)), ANSWER);
    assert.equal(provider.asked[0]?.headers.authorization, `Bearer ${KEY}`);
  });

  it('is gone when it is closed, with the requests that still run', async () => {
    const held = new Deferred<ServerResponse>();
    const gateway = await open((response) => held.resolve(response));
    const running = ask(gateway);
    running.catch(() => undefined);
    await held.promise;
    await gateway.close();
    closing.pop();
    await assert.rejects(running);
    await assert.rejects(ask(gateway));
  });
});
