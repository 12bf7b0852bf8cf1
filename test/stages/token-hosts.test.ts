import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { remoteOf } from '../../src/runner/repository.ts';
import type { StageContext, StageSecrets } from '../../src/runner/stage-context.ts';
import { Job } from '../support/stage/job.ts';

const TOKEN = 'not-a-real-token-0123456789';

describe('whom the forge’s token is shown', () => {
  let server: Server;
  let host: string;
  /** What the stranger was told. */
  let heard: string[];

  /** A host that asks all callers for a credential, and records it. */
  before(async () => {
    server = createServer(({ headers }, response) => {
      if (headers.authorization) heard.push(headers.authorization);
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="stranger"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (heard = []));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const cloning = (secrets: StageSecrets, env: Record<string, string> = {}) =>
    new Job({ remote: `http://${host}/example-org/app.git`, secrets, env }).fails('clone');

  it('not a host that the task alone names, and the task says what to do', async () => {
    const { reason, message } = await cloning({ forgeToken: TOKEN });
    assert.deepEqual(heard, []);
    assert.equal(reason, 'CloneFailed');
    assert.match(message, new RegExp(`not sent to ${host}.*BGTASK_FORGE_HOST=${host}`));
    assert.ok(!message.includes(TOKEN));
  });

  it('a host that the Secret names beside the token', async () => {
    await cloning({ forgeToken: TOKEN, forgeHosts: [host] });
    assert.deepEqual(
      [...new Set(heard)],
      [`Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`],
    );
  });

  it('a host that the user names', async () => {
    await cloning({ forgeToken: TOKEN }, { BGTASK_FORGE_HOST: `git.example.com, ${host.toUpperCase()}` });
    assert.notDeepEqual(heard, []);
  });

  const CASES: [url: string, origin: string | undefined, more?: object][] = [
    ['https://github.com/example-org/app', 'https://github.com'],
    ['https://GitHub.com/example-org/app', 'https://github.com'],
    ['https://example.ghe.com/example-org/app', 'https://example.ghe.com'],
    ['https://git.example.com/app', 'https://git.example.com', { GH_HOST: 'git.example.com' }],
    ['https://git.example.com/app', 'https://git.example.com', { BGTASK_FORGE_HOST: 'git.example.com' }],
    ['https://git.example.com:8443/app', undefined, { BGTASK_FORGE_HOST: 'git.example.com' }],
    ['https://git.example.com/app', undefined],
    ['https://github.com.example.com/example-org/app', undefined],
    ['https://example.com/github.com/app', undefined],
    // In clear text all hosts on the way can read a token.
    ['http://github.com/example-org/app', undefined],
    ['http://git.example.com/app', undefined, { BGTASK_FORGE_HOST: 'git.example.com' }],
    // What one reader of URLs takes for the host is another's user, path or fragment.
    ['https://github.com@example.com/example-org/app', undefined],
    ['https://example.com@github.com/example-org/app', undefined],
    ['https://example.com\\@github.com/example-org/app', undefined],
    ['https://github.com\\.example.com/example-org/app', undefined],
    ['https://github.com#@example.com/example-org/app', undefined],
    ['https://github.com?@example.com/example-org/app', undefined],
    ['https:github.com/example-org/app', undefined],
    ['git@github.com:example-org/app', undefined],
    ['ssh://git@github.com/example-org/app', undefined],
    ['not a URL', undefined],
  ];
  for (const [url, origin, env = {}] of CASES)
    it(`for ${url}${Object.keys(env).length > 0 ? ` with ${JSON.stringify(env)}` : ''}: ${origin ?? 'no host'}`, () => {
      const { signal } = new AbortController();
      const input = { spec: { repos: [{ input: { url } }] } };
      const context = { env, input, secrets: { forgeToken: TOKEN }, signal } as unknown as StageContext;
      assert.equal(remoteOf(context, url).options.credential?.origin, origin);
    });
});
