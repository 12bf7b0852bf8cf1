import assert from 'node:assert/strict';
import { openServed, type Served } from '../served.ts';

const TASKS = '/api/projects/team/background-tasks';
const OWN = { 'X-Bgtask-Session': 'secret-of-the-page-0123456789' };

describe('signing a browser in', () => {
  let served: Served;
  before(async () => {
    served = await openServed();
  });
  after(() => served.close());

  /** Signs in; the cookie as a browser sends it back, and as the server sets it. */
  async function signedIn(headers: Record<string, string> = {}): Promise<{ cookie: string; set: string }> {
    const answer = await served.client.call('POST', '/api/session', { headers: { ...OWN, ...headers } });
    assert.deepEqual([answer.status, answer.body], [200, { user: 'alex@example.com' }]);
    const set = answer.headers.get('set-cookie') ?? '';
    return { set, cookie: set.split(';')[0] ?? '' };
  }
  const ask = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await served.client.open('GET', path, { token: null, headers })).status;

  it('gives a cookie that no script reads and no other site sends, for 12 hours', async () => {
    const { set } = await signedIn();
    const { port } = new URL(served.client.url);
    assert.match(set, new RegExp(`^bgtask-session-${port}=[\\w-]+; `));
    assert.deepEqual(set.split('; ').slice(1).toSorted(), [
      'HttpOnly',
      'Max-Age=43200',
      'Path=/',
      'SameSite=Strict',
    ]);
    assert.ok(!set.includes(served.token));
  });

  it('behind a proxy that speaks TLS the cookie is sent over TLS alone', async () => {
    const { set, cookie } = await signedIn({ 'X-Forwarded-Proto': 'https' });
    assert.match(set, /^__Host-bgtask-session.*; Secure/);
    assert.equal(await ask(TASKS, { ...OWN, cookie, 'X-Forwarded-Proto': 'https' }), 200);
  });

  it('the cookie opens what the token opens', async () => {
    const { cookie } = await signedIn();
    assert.equal(await ask(TASKS, { ...OWN, cookie }), 200);
    const who = await served.client.call('GET', '/api/session', { token: null, headers: { ...OWN, cookie } });
    assert.deepEqual([who.status, who.body], [200, { user: 'alex@example.com' }]);
  });

  it('the cookie alone opens nothing: a page of another port of this host could have it sent', async () => {
    const { cookie } = await signedIn();
    for (const headers of [
      { cookie },
      { cookie, 'X-Bgtask-Session': 'x' },
      { cookie, 'X-Bgtask-Session': 'secret-of-another-0123456789' },
    ] as Record<string, string>[])
      for (const path of [TASKS, '/api/session']) assert.equal(await ask(path, headers), 401, path);
  });

  it('a header that is wrong is not made good by a cookie', async () => {
    const { cookie } = await signedIn();
    assert.equal(await ask(TASKS, { ...OWN, cookie, Authorization: 'Bearer not-the-one' }), 401);
  });

  it('a page of another origin is never given leave to send the header', async () => {
    const answer = await fetch(`${served.client.url}${TASKS}`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:3000',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'x-bgtask-session',
      },
    });
    assert.deepEqual(
      [...answer.headers.keys()].filter((name) => name.startsWith('access-control')),
      [],
    );
  });

  it('is refused to a token that is not accepted, and sets no cookie then', async () => {
    const answer = await served.client.call('POST', '/api/session', { token: 'some-token', headers: OWN });
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [401, null]);
  });

  it('needs a secret of the page', async () => {
    const answer = await served.client.call('POST', '/api/session');
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [400, null]);
  });

  it('signing out takes the cookie away', async () => {
    const answer = await served.client.call('DELETE', '/api/session', { token: null });
    assert.equal(answer.status, 204);
    assert.match(answer.headers.get('set-cookie') ?? '', /^bgtask-session-\d+=; Max-Age=0; Path=\//);
  });
});
