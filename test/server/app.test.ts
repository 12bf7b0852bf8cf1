import assert from 'node:assert/strict';
import { request } from 'node:http';
import { openServed, type Served } from './served.ts';

const TASKS = '/api/projects/default/background-tasks';

describe('the server', () => {
  let served: Served;
  beforeEach(async () => {
    served = await openServed({ perCaller: 2 });
  });
  afterEach(() => served.close());

  describe('knows its callers by their tokens alone', () => {
    const refused: [what: string, headers: Record<string, string>][] = [
      ['no token', {}],
      ['another token', { Authorization: 'Bearer not-the-one' }],
      ['an empty token', { Authorization: 'Bearer ' }],
      ['a token in the query', { 'X-Query': '1' }],
      ['another scheme', { Authorization: 'Basic dXNlcjpwYXNz' }],
      ['a token with characters that no token has', { Authorization: 'Bearer a b' }],
      ['headers that name a user', { 'X-Remote-User': 'alex@example.com', 'Impersonate-User': 'admin' }],
      ['a token that a proxy passed on', { 'X-Forwarded-Access-Token': 'TOKEN' }],
      ['a cookie', { Cookie: 'token=TOKEN' }],
    ];
    for (const [what, headers] of refused)
      it(`${what} answers 401, and how to sign in`, async () => {
        const sent = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value.replace('TOKEN', served.token)]),
        );
        const path = what.includes('query') ? `${TASKS}?access_token=${served.token}` : TASKS;
        const answer = await served.client.call('GET', path, { token: null, headers: sent });
        assert.equal(answer.status, 401);
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="bgtask"');
        assert.equal(answer.body['error'], 'Not signed in');
        assert.doesNotMatch(JSON.stringify(answer.body), /not-the-one|dXNlcjpwYXNz/);
      });

    it('every address below /api needs one, whether there is such a thing or not', async () => {
      for (const path of served.client.description.paths) {
        const answer = await served.client.open('GET', path.replace(/\{\w+\}/g, 'x'), { token: null });
        assert.equal(answer.status, 401, path);
      }
    });

    it('no log line holds a token, a query or a body', async () => {
      await served.client.call('GET', `${TASKS}?creator=kim@example.com`);
      await served.client.call('POST', TASKS, { body: { name: 'secret-plan' } });
      await served.client.call('GET', TASKS, { token: 'some-token' });
      await served.logged((line) => line['status'] === 401);
      assert.doesNotMatch(
        JSON.stringify(served.log),
        new RegExp(`${served.token}|some-token|kim@example|secret-plan`),
      );
      assert.deepEqual(served.log.map(({ method, path, status }) => [method, path, status]).slice(1), [
        ['GET', TASKS, 200],
        ['POST', TASKS, 400],
        ['GET', TASKS, 401],
      ]);
      const route = '/api/projects/{project}/background-tasks';
      assert.deepEqual(
        served.log.slice(2).map((line) => [line['route'], line['user']]),
        [
          [route, 'alex@example.com'],
          [route, undefined],
        ],
      );
    });
  });

  it('describes each of its addresses, and what it answers there', () => {
    assert.deepEqual([...served.client.description.paths].sort(), [
      '/api/projects/{project}/background-tasks',
      '/api/projects/{project}/background-tasks/{name}',
      '/api/projects/{project}/background-tasks/{name}/cancel',
      '/api/projects/{project}/background-tasks/{name}/diff',
      '/api/projects/{project}/background-tasks/{name}/events',
      '/api/projects/{project}/background-tasks/{name}/logs',
      '/api/projects/{project}/background-tasks/{name}/retry',
      '/api/projects/{project}/events',
      '/api/projects/{project}/task-templates',
      '/api/projects/{project}/task-templates/{name}',
      '/api/session',
    ]);
  });

  it('a caller with too many requests under way is asked to come again; another request may come when one has ended', async () => {
    await served.world.task('long', { status: { phase: 'Running' } });
    const gone = new AbortController();
    const stream = () => served.client.open('GET', `${TASKS}/long/events`, { signal: gone.signal });
    await Promise.all([stream(), stream()]);
    for (const path of [TASKS, '/api/session']) {
      const refused = await served.client.call('GET', path);
      assert.equal(refused.status, 429, path);
      assert.equal(refused.headers.get('retry-after'), '1');
      assert.equal(refused.body['error'], 'Too many requests');
    }
    gone.abort();
    await served.logged((line) => line['cut'] === true);
    assert.equal((await served.client.call('GET', TASKS)).status, 200);
  });

  it('answers 404 for an unknown address, as JSON', async () => {
    const answer = await served.client.open('GET', '/api/nothing');
    assert.equal(answer.status, 404);
    assert.deepEqual(await answer.json(), {
      error: 'Not found',
      message: 'There is no GET /api/nothing. See /openapi.json.',
    });
  });

  it('an unexpected error answers 500 without its text; the log has it', async () => {
    served.world.engine.store.list = () => Promise.reject(new Error('the password is hunter2'));
    const { status, body } = await served.client.call('GET', TASKS);
    assert.deepEqual(
      [status, body],
      [500, { error: 'Internal error', message: "The server's log has more." }],
    );
    await served.logged((line) => String(line['error']).includes('hunter2'));
  });

  it('nothing of an answer may be framed, sniffed, or run', async () => {
    const { headers } = await served.client.call('GET', TASKS);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('access-control-allow-origin'), null);
  });

  it('answers to no name but loopback ones: a page of another site cannot make a browser ask it', async () => {
    const { hostname, port } = new URL(served.client.url);
    const status = await new Promise<number>((resolve, reject) => {
      const asked = request(
        { hostname, port, path: '/openapi.json', headers: { Host: 'evil.example.com' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      asked.on('error', reject).end();
    });
    assert.equal(status, 403);
  });

  it('says that it is well, and that it is ready', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await served.client.open('GET', path, { token: null });
      assert.deepEqual([answer.status, await answer.text()], [200, 'ok\n']);
    }
  });

  it('a port that is taken is refused with what to do', async () => {
    const { runServer } = await import('../../src/server/run-server.ts');
    const { localDoor } = await import('../../src/server/door/local-door.ts');
    const taken = Number(new URL(served.client.url).port);
    const run = runServer({
      door: localDoor(served.world.engine),
      address: '127.0.0.1',
      port: taken,
      version: '1',
      now: () => new Date(),
      log: () => undefined,
      listening: () => assert.fail('it listens'),
      signal: new AbortController().signal,
    });
    await assert.rejects(run, (error: Error & { hint?: string }) => {
      assert.match(error.message, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${taken}: .*EADDRINUSE`));
      assert.match(error.hint ?? '', /--port 0/);
      return true;
    });
  });
});
