import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Endpoints, serveEndpoints } from '../../../src/operator/cluster/endpoints.ts';

describe('The operator’s endpoints', () => {
  let state: { healthy: boolean; ready: boolean; text: () => Promise<string> };
  let serving: Awaited<ReturnType<typeof serveEndpoints>>;
  const endpoints: Endpoints = {
    healthy: () => state.healthy,
    ready: () => state.ready,
    metrics: async () => ({ type: 'text/plain; version=0.0.4', text: await state.text() }),
  };
  beforeEach(async () => {
    state = { healthy: true, ready: true, text: () => Promise.resolve('bgtask_tasks 1\n') };
    serving = await serveEndpoints({ health: 0, metrics: 0 }, endpoints);
  });
  afterEach(() => serving.close());

  const ask = (which: 'health' | 'metrics', path: string, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${serving.ports[which]}${path}`, { method });

  for (const [path, field] of [
    ['/healthz', 'healthy'],
    ['/readyz', 'ready'],
  ] as const)
    it(`say on ${path} how it is now`, async () => {
      for (const good of [true, false, true]) {
        state[field] = good;
        const answer = await ask('health', `${path}?verbose`);
        assert.deepEqual([answer.status, await answer.text()], good ? [200, 'ok\n'] : [503, 'not ok\n']);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
      }
    });

  it('give the metrics with their type', async () => {
    const answer = await ask('metrics', '/metrics');
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4');
    assert.equal(await answer.text(), 'bgtask_tasks 1\n');
  });

  const NOTHING: ['health' | 'metrics', string, string][] = [
    ['health', '/', 'GET'],
    ['health', '/metrics', 'GET'],
    ['health', '/healthz/', 'GET'],
    ['health', '/constructor', 'GET'],
    ['health', '/healthz', 'POST'],
    ['health', '/healthz', 'DELETE'],
    ['metrics', '/healthz', 'GET'],
    ['metrics', '/metrics', 'POST'],
  ];
  for (const [which, path, method] of NOTHING)
    it(`have nothing for ${method} ${path} on the port for ${which}`, async () =>
      assert.equal((await ask(which, path, method)).status, 404));

  it('break off an answer that cannot be made, and go on', async () => {
    state.text = () => Promise.reject(new Error('a gauge is broken'));
    await assert.rejects(ask('metrics', '/metrics'));
    state.text = () => Promise.resolve('again\n');
    assert.equal(await (await ask('metrics', '/metrics')).text(), 'again\n');
  });

  it('reject when a port is taken, naming it', () =>
    assert.rejects(serveEndpoints({ health: serving.ports.health, metrics: 0 }, endpoints), {
      code: 'EADDRINUSE',
      port: serving.ports.health,
    }));

  it('end with connections that are still open', async () => {
    const socket = connect(serving.ports.health, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const answer = once(socket, 'data');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await answer;
    const closed = once(socket, 'close');
    serving.close();
    await closed;
    await assert.rejects(ask('health', '/healthz'));
  });
});
