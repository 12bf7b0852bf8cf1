import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../../../src/domain/errors.ts';
import type { ConnectOptions } from '../../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../../src/engine/kubernetes/client/kube-client.ts';
import { clientFor, reply, serve, status, type Answer, type Served } from './server.ts';

const get = { path: '/api/v1/pods' };
const post = { method: 'POST', path: '/api/v1/pods', body: {} };

const ok: Answer = (response) => reply(response, 200, { ok: true });
const first =
  (trouble: Answer): Answer =>
  (response, got, count) =>
    count === 0 ? trouble(response, got, count) : ok(response, got, count);
const reset: Answer = (response) => void response.socket?.destroy();
const cut: Answer = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"ok":', () => response.socket?.destroy());
};
const refuse =
  (code: number, headers = {}): Answer =>
  (response) =>
    reply(response, code, status(code, 'Other', 'busy'), headers);

const AGAIN: [what: string, trouble: Answer, call: { method?: string; path: string; body?: unknown }][] = [
  ['what the server asks to send again', refuse(429, { 'retry-after': '0' }), get],
  ['a new object too when the server asks for it', refuse(429, { 'retry-after': '0' }), post],
  ['what a server in trouble asks to send again', refuse(503, { 'retry-after': '0' }), post],
  ['a GET when the server is in trouble', refuse(500), get],
  ['a GET whose connection broke', reset, get],
  ['a PATCH whose connection broke', reset, { ...post, method: 'PATCH' }],
  ['a GET whose answer was cut off', cut, get],
  ['a GET whose answer is not JSON', (response) => void response.end('{"ok":'), get],
];

describe('KubeClient', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function start(
    answer: Answer,
    options?: ConnectOptions,
  ): Promise<{ server: Served; client: KubeClient }> {
    const server = await serve(answer);
    const client = clientFor(server.url, {}, options);
    open.push(client, server);
    return { server, client };
  }

  describe('sends again', () => {
    for (const [what, trouble, call] of AGAIN)
      it(what, async () => {
        const { client, server } = await start(first(trouble));
        assert.deepEqual(await client.json(call), { ok: true });
        assert.equal(server.requests.length, 2);
      });

    const ONCE: [what: string, trouble: Answer, code: ErrorCode][] = [
      ['a new object whose connection broke: it may be stored', reset, 'Unavailable'],
      ['a new object after an internal error', refuse(500), 'Unavailable'],
      ['what was refused', refuse(422), 'Invalid'],
    ];
    for (const [what, trouble, code] of ONCE)
      it(`but never ${what}`, async () => {
        const { client, server } = await start(first(trouble));
        await assert.rejects(client.json(post), { code });
        assert.equal(server.requests.length, 1);
      });

    it('until it gives up with the last answer', async () => {
      const { client, server } = await start(refuse(500));
      await assert.rejects(client.json(get), { code: 'Unavailable', message: 'busy' });
      assert.equal(server.requests.length, 4);
    });

    it('only as long as the time limit allows, and then says what the server said', async () => {
      const { client } = await start(refuse(429, { 'retry-after': '60' }), { requestTimeoutMs: 100 });
      await assert.rejects(client.json(get), {
        code: 'TooManyRequests',
        message: 'busy',
      });
    });
  });

  describe('turns refusals into errors', () => {
    const REFUSALS: [number, reason: string, ErrorCode][] = [
      [400, 'BadRequest', 'Invalid'],
      [401, 'Unauthorized', 'Unauthorized'],
      [403, 'Forbidden', 'Forbidden'],
      [404, 'NotFound', 'NotFound'],
      [409, 'AlreadyExists', 'AlreadyExists'],
      [409, 'Conflict', 'Conflict'],
      [413, 'RequestEntityTooLarge', 'TooLarge'],
      [422, 'Invalid', 'Invalid'],
      [507, 'Other', 'Unavailable'],
    ];
    for (const [number, reason, code] of REFUSALS)
      it(`${number} ${reason} is ${code}, in the server's words`, async () => {
        const { client } = await start((response) =>
          reply(response, number, status(number, reason, `"one" is ${reason}`)),
        );
        const expected = { code, message: `"one" is ${reason}`, status: number, reason };
        await assert.rejects(client.json(post), expected);
      });

    it("etcd's size limit is TooLarge", async () => {
      const { client } = await start((response) =>
        reply(response, 500, status(500, '', 'etcdserver: request is too large')),
      );
      await assert.rejects(client.json(post), { code: 'TooLarge' });
    });

    it('a kind that the server does not know says what to install', async () => {
      const { client } = await start((response) => {
        response.writeHead(404, { 'content-type': 'text/plain' });
        response.end('404 page not found\n');
      });
      await assert.rejects(client.json(get), { code: 'NotFound', hint: /bgtask doctor .*bgtask install / });
    });

    it("a proxy's page does not count as an answer", async () => {
      const { client } = await start((response) => {
        response.writeHead(502, { 'content-type': 'text/html' });
        response.end('<h1>secret page</h1>');
      });
      await assert.rejects(client.json(post), {
        code: 'Unavailable',
        message: 'the server answered: 502 Bad Gateway',
      });
    });

    it('a server that is not there names the cluster, its URL and what to do', async () => {
      const { client, server } = await start(ok);
      await server.close();
      await assert.rejects(client.json(post), {
        code: 'Unavailable',
        message: `cannot reach the cluster "test-cluster" at ${server.url}: connection refused`,
        hint: /--context/,
      });
    });

    it('an answer that does not come ends with the time limit', async () => {
      const { client } = await start(() => undefined, { requestTimeoutMs: 50 });
      await assert.rejects(client.json(get), { code: 'Unavailable', hint: /--request-timeout/ });
    });

    it('a body that does not end ends with the time limit', async () => {
      const { client } = await start((response) => void response.write('{'), { requestTimeoutMs: 50 });
      await assert.rejects(client.json(get), { code: 'Unavailable', message: /gave no answer within/ });
    });
  });

  it('ends with Interrupted when the signal aborts', async () => {
    const abort = new AbortController();
    const { client } = await start(() => abort.abort());
    await assert.rejects(client.json({ ...get, signal: abort.signal }), { code: 'Interrupted' });
    await assert.rejects(client.json({ ...get, signal: abort.signal }), { code: 'Interrupted' });
  });

  it('keeps connections, and has at most so many requests on their way', async () => {
    const waiting: (() => void)[] = [];
    const rounds: number[] = [];
    const { client, server } = await start(
      (response) => {
        waiting.push(() => reply(response, 200, {}));
        if (waiting.length < 3) return;
        // A fourth request would have come by now.
        setImmediate(() => {
          rounds.push(waiting.length);
          for (const answer of waiting.splice(0)) answer();
        });
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 30 }, () => client.json(get)));
    assert.deepEqual(
      rounds,
      Array.from({ length: 10 }, () => 3),
    );
    assert.ok(server.connections <= 3, `${server.connections} connections for 3 requests at once`);
  });

  it('gives its place back when a waiting request is aborted', async () => {
    const { client } = await start(ok, { concurrency: 1 });
    const abort = new AbortController();
    const calls = [client.json(get), client.json({ ...get, signal: abort.signal }), client.json(get)];
    abort.abort();
    const ends = await Promise.allSettled(calls);
    assert.deepEqual(
      ends.map((end) => end.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  it('unpacks gzip', async () => {
    const { client, server } = await start((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync('{"ok":true}'));
    });
    assert.deepEqual(await client.json(get), { ok: true });
    assert.equal(server.requests[0]?.headers['accept-encoding'], 'gzip');
  });

  it('says who it is, and whom it acts as', async () => {
    const impersonate = { user: 'jörg@example.com', groups: ['a', 'b'] };
    const { client, server } = await start(ok, { version: '1.2.3', impersonate });
    await client.json(post);
    const headers = server.requests[0]?.headers ?? {};
    assert.equal(headers['user-agent'], 'bgtask/1.2.3');
    assert.equal(headers.authorization, 'Bearer fake-token');
    const name = String(headers['impersonate-user']);
    assert.equal(Buffer.from(name, 'latin1').toString('utf8'), 'jörg@example.com');
    assert.equal(headers['impersonate-group'], 'a, b');
  });

  it("with a caller's token sends that alone", async () => {
    const { client, server } = await start(ok, { impersonate: { user: 'someone' } });
    await client.withToken('other-token').json(get);
    const headers = server.requests[0]?.headers ?? {};
    assert.equal(headers.authorization, 'Bearer other-token');
    assert.equal(headers['impersonate-user'], undefined);
  });

  it('refuses a token that no header can hold, without repeating it', async () => {
    const { client, server } = await start(ok);
    await assert.rejects(client.withToken('fake\ntoken').json(get), (error: Error) => {
      assert.doesNotMatch(error.message, /fake/);
      return 'code' in error && error.code === 'Usage';
    });
    assert.equal(server.requests.length, 0);
  });

  it("passes the server's warnings on", async () => {
    const warnings: string[] = [];
    const { client } = await start(
      (response) =>
        reply(response, 200, {}, { warning: ['299 - "unknown field \\"spec.x\\""', '299 - "old"'] }),
      { onWarning: (sentence) => warnings.push(sentence) },
    );
    await client.json(get);
    assert.deepEqual(warnings, ['unknown field "spec.x"', 'old']);
  });

  it('keeps the base path of a server URL', async () => {
    const server = await serve(ok);
    const client = clientFor(`${server.url}/k8s/clusters/c-1/`);
    open.push(client, server);
    await client.json({ ...get, query: { a: 'b c', none: undefined, yes: true } });
    assert.equal(server.requests[0]?.url.pathname, '/k8s/clusters/c-1/api/v1/pods');
    assert.equal(server.requests[0]?.url.search, '?a=b+c&yes=true');
  });
});
