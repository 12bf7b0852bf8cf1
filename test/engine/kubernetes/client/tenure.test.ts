import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { KubeClient } from '../../../../src/engine/kubernetes/client/kube-client.ts';
import { clientFor, reply, serve, type Answer, type Served } from './server.ts';

const call = { method: 'PATCH', path: '/api/v1/pods/one', body: {} };
const ok: Answer = (response) => reply(response, 200, { ok: true });

describe('KubeClient for a process that may act only for a time', () => {
  let server: Served;
  let client: KubeClient;
  let answer: Answer;
  let losing: AbortController;
  let holds: boolean;
  beforeEach(async () => {
    answer = ok;
    losing = new AbortController();
    holds = true;
    server = await serve((...args) => answer(...args));
    client = clientFor(server.url);
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });
  const during = (): KubeClient => client.during({ holds: () => holds, lost: losing.signal });

  it('sends requests while the time lasts', async () => {
    assert.deepEqual(await during().json(call), { ok: true });
  });

  it('sends no request when the time is over, even before it is told so', async () => {
    const mine = during();
    holds = false;
    await assert.rejects(mine.json(call), { code: 'Interrupted' });
    await assert.rejects(mine.stream({ ...call, signal: new AbortController().signal }), {
      code: 'Interrupted',
    });
    assert.equal(server.requests.length, 0);
    assert.deepEqual(await client.json(call), { ok: true }, 'whose time it is not goes on');
  });

  it('does not send again what failed while the time ended', async () => {
    answer = (response) => {
      holds = false;
      response.socket?.destroy();
    };
    await assert.rejects(during().json(call), { code: 'Interrupted' });
    assert.equal(server.requests.length, 1);
  });

  it('breaks off what is under way when the time is over, answers that stream as well', async () => {
    const closed: Promise<unknown>[] = [];
    answer = (response, { url }) => {
      closed.push(once(response, 'close'));
      if (url.searchParams.has('follow')) response.writeHead(200).write('a line\n');
      if (closed.length === 2) losing.abort();
    };
    const mine = during();
    const stream = await mine.stream({
      path: '/api/v1/pods/one/log',
      query: { follow: true },
      signal: new AbortController().signal,
    });
    const broken = once(stream, 'error').catch((error: unknown) => [error]);
    await assert.rejects(mine.json(call), { code: 'Interrupted' });
    await Promise.all([...closed, broken]);
    assert.ok(stream.destroyed);
  });
});
