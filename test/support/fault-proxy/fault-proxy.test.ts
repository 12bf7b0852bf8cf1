import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { certificateFor } from '../../engine/kubernetes/client/certificates.ts';
import { reply, serve, type Served } from '../../engine/kubernetes/client/server.ts';
import { isWatch } from './exchange.ts';
import { FaultProxy } from './fault-proxy.ts';

const PODS = '/api/v1/pods';
const WATCH = `${PODS}?watch=true`;
const isPost = ({ method }: { method: string }): boolean => method === 'POST';

describe('The proxy of the fault tests', () => {
  let server: Served;
  let proxy: FaultProxy;
  let watches: ServerResponse[];
  beforeEach(async () => {
    watches = [];
    const tls = certificateFor('IP:127.0.0.1');
    server = await serve((response, { url, method, body }) => {
      if (!url.searchParams.has('watch')) return reply(response, 200, { method, path: url.pathname, body });
      watches.push(response);
      return void response.writeHead(200).write('first\n');
    }, tls);
    proxy = await FaultProxy.start({ url: server.url, ca: tls.cert });
  });
  afterEach(async () => {
    proxy.close();
    await server.close();
  });

  const open = async (path: string, options: RequestOptions = {}, body = ''): Promise<IncomingMessage> => {
    const sent = request(new URL(path, proxy.url), { ca: proxy.ca, agent: false, ...options });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  };
  const call = async (path: string, method = 'GET', body = '') => {
    const response = await open(path, { method }, body);
    return {
      status: response.statusCode,
      wait: response.headers['retry-after'],
      text: await text(response),
    };
  };
  /** A watch of which the first line has been read. */
  const watch = async (): Promise<IncomingMessage> => {
    const response = await open(WATCH);
    await once(response.setEncoding('utf8'), 'data');
    return response;
  };
  it('hands on requests and answers, and keeps a record of them', async () => {
    const { status, text: answer } = await call(`${PODS}?a=b`, 'POST', '{"kind":"Pod"}');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(answer), { method: 'POST', path: PODS, body: '{"kind":"Pod"}' });
    const [{ method, path, query, body, status: seen, sent } = assert.fail()] = proxy.record;
    assert.deepEqual(
      [method, path, query.get('a'), body, seen, sent],
      ['POST', PODS, 'b', { kind: 'Pod' }, 200, true],
    );
  });

  it('refuses as often as it is told, with Retry-After, and does not ask the server', async () => {
    proxy.rule(isPost, { status: 429, retryAfter: 2 }, { times: 2 });
    const [first, second, third] = [
      await call(PODS, 'POST'),
      await call(PODS, 'POST'),
      await call(PODS, 'POST'),
    ];
    assert.deepEqual([first.status, first.wait, second.status, third.status], [429, '2', 429, 200]);
    assert.equal(server.requests.length, 1);
  });

  for (const [fault, carriedOut] of [
    [{ before: 'cut' }, 0],
    [{ after: 'cut' }, 1],
  ] as const)
    it(`cuts a request off ${carriedOut ? 'after' : 'before'} the server has carried it out`, async () => {
      const rule = proxy.rule(isPost, fault, { times: 1 });
      await assert.rejects(call(PODS, 'POST'), { code: 'ECONNRESET' });
      assert.equal((await rule.met).sent, carriedOut === 1);
      assert.equal(server.requests.length, carriedOut);
      assert.equal((await call(PODS, 'POST')).status, 200);
    });

  for (const [fault, carriedOut] of [
    [{ before: 'silence' }, 0],
    [{ after: 'silence' }, 1],
  ] as const)
    it(`never answers a request that the server has ${carriedOut ? '' : 'not '}carried out`, async () => {
      const moments: number[] = [];
      const rule = proxy.rule(isPost, fault, { onMet: () => moments.push(server.requests.length) });
      const ended = call(PODS, 'POST');
      await rule.met;
      assert.deepEqual(moments, [carriedOut]);
      proxy.close();
      await assert.rejects(ended);
    });

  it('breaks a watch in mid-stream', async () => {
    const response = await watch();
    assert.equal(proxy.breakStreams(isWatch('nodes')), 0);
    assert.equal(proxy.breakStreams(isWatch('pods')), 1);
    await assert.rejects(text(response), { code: 'ECONNRESET' });
  });

  it('stalls a watch: it stays open and says nothing', async () => {
    const response = await watch();
    const other = await watch();
    assert.equal(proxy.stallStreams(isWatch('pods')), 2);
    const third = await watch();
    for (const each of watches) each.write('second\n');
    await once(third, 'data');
    assert.deepEqual([response.read(), other.read(), response.destroyed], [null, null, false]);
  });

  it('loses the network: nothing comes through until it is back, and then what was under way', async () => {
    const response = await watch();
    proxy.disconnect();
    const noticed = proxy.nth(isPost);
    const late = call(PODS, 'POST');
    await noticed;
    watches[0]?.write('second\n');
    assert.equal(server.requests.length, 1);
    const said = once(response, 'data');
    proxy.reconnect();
    assert.equal((await late).status, 200);
    assert.deepEqual(await said, ['second\n']);
  });

  it('delivers nothing of a sender who gave up while the network was gone', async () => {
    proxy.disconnect();
    const noticed = proxy.nth(isPost);
    const sent = request(new URL(PODS, proxy.url), { ca: proxy.ca, agent: false, method: 'POST' });
    const failed = once(sent, 'error');
    sent.end();
    await noticed;
    sent.destroy();
    await failed;
    // A request on a connection of its own, which comes after the other's end.
    const second = proxy.nth(({ method }) => method === 'GET');
    const answer = call(PODS);
    await second;
    proxy.reconnect();
    await answer;
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ['GET'],
    );
  });

  it('tells when the n-th request that matches has come', async () => {
    const third = proxy.nth(isPost, 3);
    for (const n of [1, 2, 3]) await call(`${PODS}?n=${n}`, n < 3 ? 'POST' : 'GET');
    await call(`${PODS}?n=4`, 'POST');
    assert.equal((await third).query.get('n'), '4');
  });
});
