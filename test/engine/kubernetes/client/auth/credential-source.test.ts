import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { connect } from '../../../../../src/engine/kubernetes/client/connect.ts';
import type { ClusterUser } from '../../../../../src/engine/kubernetes/client/config/access.ts';
import type { KubeClient } from '../../../../../src/engine/kubernetes/client/kube-client.ts';
import { base64, certificateFor } from '../certificates.ts';
import { folder, type Folder } from '../folder.ts';
import { clientFor, reply, serve, status, type Answer, type Served } from '../server.ts';

const get = { path: '/version' };
const jwt = (exp: number, name: string): string =>
  ['{}', JSON.stringify({ exp, name }), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const PAST = jwt(1_000_000_000, 'old');
const FUTURE = jwt(32_000_000_000, 'new');

const ok: Answer = (response) => reply(response, 200, {});
const sent = (server: Served): (string | undefined)[] =>
  server.requests.map(({ headers }) => headers.authorization);

describe("a user's credentials", () => {
  let home: Folder;
  const open: { close(): unknown }[] = [];
  beforeEach(async () => {
    home = await folder();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await home.remove();
  });
  const start = async (
    answer: Answer,
    user: Partial<ClusterUser>,
  ): Promise<{ server: Served; client: KubeClient }> => {
    const server = await serve(answer);
    const client = clientFor(server.url, { user });
    open.push(client, server);
    return { server, client };
  };

  it('send no header when they are absent', async () => {
    const { client, server } = await start(ok, {});
    await client.json(get);
    assert.deepEqual(sent(server), [undefined]);
  });

  it('may be a name and a password', async () => {
    const { client, server } = await start(ok, { username: 'tester', password: 'fake' });
    await client.json(get);
    assert.deepEqual(sent(server), [`Basic ${base64('tester:fake')}`]);
  });

  it('in a file are read again when the server refuses them', async () => {
    const tokenFile = await home.write('token', 'fake-1\n');
    const { client, server } = await start(
      (response, { headers }) => {
        if (headers.authorization === 'Bearer fake-2') return reply(response, 200, {});
        writeFile(tokenFile, 'fake-2\n').then(
          () => reply(response, 401, status(401, 'Unauthorized', 'Unauthorized')),
          () => undefined,
        );
      },
      { tokenFile },
    );
    await client.json(get);
    assert.deepEqual(sent(server), ['Bearer fake-1', 'Bearer fake-2']);
  });

  it('in a file that is not there are Unauthorized', async () => {
    const { client } = await start(ok, { tokenFile: `${home.path}/none`, file: '/example/kubeconfig' });
    await assert.rejects(client.json(get), {
      code: 'Unauthorized',
      message: /cannot read the credential of the user "tester"/,
      hint: /example/,
    });
  });

  it('from a provider that kubectl has dropped are refused', async () => {
    const { client } = await start(ok, { authProvider: { name: 'gcp', config: {} } });
    await assert.rejects(client.json(get), {
      code: 'Unauthorized',
      message: /"gcp" .* is not supported/,
      hint: /credential plugin/,
    });
  });

  describe('from an OpenID Connect issuer', () => {
    const own = certificateFor('IP:127.0.0.1');
    /** An issuer, an API server, and a kubeconfig with a token of the past. */
    async function signedIn(idToken: string, refused = false) {
      const issuer = await serve((response, got) => {
        if (got.url.pathname.endsWith('/openid-configuration'))
          return reply(response, 200, { token_endpoint: `${issuer.url}/token` });
        return refused
          ? reply(response, 400, { error: 'invalid_grant' })
          : reply(response, 200, { id_token: FUTURE, refresh_token: 'fake-refresh-2' });
      }, own);
      const server = await serve(ok);
      const kubeconfig = await home.write(
        'kubeconfig',
        `# kept by hand
current-context: a
clusters: [{name: c, cluster: {server: '${server.url}'}}]
contexts: [{name: a, context: {cluster: c, user: u}}]
users:
- name: u
  user:
    auth-provider:
      name: oidc
      config:
        client-id: kubernetes
        client-secret: fake-secret
        id-token: ${idToken}
        refresh-token: fake-refresh-1
        idp-issuer-url: ${issuer.url}
        idp-certificate-authority-data: ${base64(own.cert)}
`,
      );
      const client = await connect({ kubeconfig, env: {} });
      assert.ok(client);
      open.push(client, server, issuer);
      return { client, server, issuer, kubeconfig };
    }

    it('are sent while they hold', async () => {
      const { client, server, issuer } = await signedIn(FUTURE);
      await client.json(get);
      assert.deepEqual(sent(server), [`Bearer ${FUTURE}`]);
      assert.equal(issuer.requests.length, 0);
    });

    it('are refreshed once, and kept in the kubeconfig beside what else is there', async () => {
      const { client, server, issuer, kubeconfig } = await signedIn(PAST);
      await Promise.all([client.json(get), client.json(get)]);
      await client.json(get);
      assert.deepEqual(new Set(sent(server)), new Set([`Bearer ${FUTURE}`]));
      assert.equal(issuer.requests.length, 2);
      const form = Object.fromEntries(new URLSearchParams(issuer.requests[1]?.body));
      assert.deepEqual(form, {
        grant_type: 'refresh_token',
        refresh_token: 'fake-refresh-1',
        client_id: 'kubernetes',
        client_secret: 'fake-secret',
      });
      const kept = await readFile(kubeconfig, 'utf8');
      assert.match(kept, /^# kept by hand/);
      const document = parse(kept) as { users: { user: { 'auth-provider': { config: object } } }[] };
      const { config } = document.users[0]?.user['auth-provider'] ?? { config: {} };
      assert.deepEqual(
        { ...config },
        { ...config, 'id-token': FUTURE, 'refresh-token': 'fake-refresh-2', 'client-id': 'kubernetes' },
      );
    });

    it('that are not refreshed any more are Unauthorized, and name no token', async () => {
      const { client } = await signedIn(PAST, true);
      await assert.rejects(client.json(get), (error: Error) => {
        assert.match(error.message, /cannot sign in as the user "u": refreshing the token at .* failed/);
        assert.doesNotMatch(error.message, /fake-/);
        return 'code' in error && error.code === 'Unauthorized';
      });
    });
  });
});
