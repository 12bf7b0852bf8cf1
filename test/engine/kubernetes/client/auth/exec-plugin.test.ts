import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../../../../../src/domain/errors.ts';
import { connect } from '../../../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../../../src/engine/kubernetes/client/kube-client.ts';
import { base64, certificateFor, type Certificate } from '../certificates.ts';
import { folder, type Folder } from '../folder.ts';
import { reply, serve, status, type Answer, type Served } from '../server.ts';

const get = { path: '/version' };
/** Prints a token that counts its runs, and keeps what it was told. */
const COUNTING = `#!/bin/sh
echo run >> "$COUNT_FILE"
printf '%s' "$KUBERNETES_EXEC_INFO" > "$COUNT_FILE.info"
runs=$(wc -l < "$COUNT_FILE" | tr -d ' ')
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"fake-%s"%s}}' "$runs" "$EXPIRES"
`;

describe('a credential plugin', () => {
  let home: Folder;
  let server: Served;
  let client: KubeClient | undefined;
  let answer: Answer;
  let serving: Certificate;
  before(() => {
    serving = certificateFor('IP:127.0.0.1');
  });
  beforeEach(async () => {
    home = await folder();
    answer = (response) => reply(response, 200, {});
    server = await serve((...args) => answer(...args), {
      ...serving,
      requestCert: true,
      rejectUnauthorized: false,
    });
  });
  afterEach(async () => {
    client?.close();
    await server.close();
    await home.remove();
  });

  /** A client whose kubeconfig names the script as a path relative to itself. */
  async function use(
    script: string,
    more: { expires?: string; exec?: object } = {},
    requestTimeoutMs?: number,
  ): Promise<KubeClient> {
    await home.write('plugin.sh', script, 0o700);
    const env = [
      { name: 'COUNT_FILE', value: `${home.path}/count` },
      { name: 'EXPIRES', value: more.expires ? `,"expirationTimestamp":"${more.expires}"` : '' },
    ];
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin.sh', env, ...more.exec };
    const cluster = { server: server.url, 'certificate-authority-data': base64(serving.cert) };
    const kubeconfig = await home.write(
      'kubeconfig',
      JSON.stringify({
        'current-context': 'a',
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'u', user: { exec } }],
        contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      }),
    );
    client = await connect({ kubeconfig, env: {}, requestTimeoutMs });
    assert.ok(client);
    return client;
  }
  const tokens = (): (string | undefined)[] => server.requests.map(({ headers }) => headers.authorization);

  it('runs once for many requests', async () => {
    const one = await use(COUNTING);
    await Promise.all(Array.from({ length: 20 }, () => one.json(get)));
    await one.json(get);
    assert.deepEqual(new Set(tokens()), new Set(['Bearer fake-1']));
  });

  it('may take longer than a request may', async () => {
    const one = await use(`#!/bin/sh\nsleep 0.3\n${COUNTING.slice(COUNTING.indexOf('echo'))}`, {}, 200);
    await one.json(get);
    assert.deepEqual(tokens(), ['Bearer fake-1']);
  });

  it('runs on for others when one who waits for it leaves', async () => {
    const one = await use(COUNTING);
    const abort = new AbortController();
    const calls = [one.json({ ...get, signal: abort.signal }), one.json(get)];
    abort.abort();
    const [left, stayed] = await Promise.allSettled(calls);
    assert.ok(left?.status === 'rejected' && hasCode(left.reason, 'Interrupted'));
    assert.equal(stayed?.status, 'fulfilled');
    assert.deepEqual(tokens(), ['Bearer fake-1']);
  });

  it('runs again when its credential has expired', async () => {
    const one = await use(COUNTING, { expires: '2001-01-01T00:00:00Z' });
    await one.json(get);
    await one.json(get);
    assert.deepEqual(tokens(), ['Bearer fake-1', 'Bearer fake-2']);
  });

  it('runs again, once, when the server refuses its credential', async () => {
    const one = await use(COUNTING, { expires: '2999-01-01T00:00:00Z' });
    answer = (response, { headers }) =>
      headers.authorization === 'Bearer fake-1'
        ? reply(response, 401, status(401, 'Unauthorized', 'Unauthorized'))
        : reply(response, 200, {});
    await Promise.all([one.json(get), one.json(get), one.json(get)]);
    assert.deepEqual(new Set(tokens()), new Set(['Bearer fake-1', 'Bearer fake-2']));
  });

  it('that is refused again says to sign in', async () => {
    const one = await use(COUNTING);
    answer = (response) => reply(response, 401, status(401, 'Unauthorized', 'Unauthorized'));
    await assert.rejects(one.json(get), {
      code: 'Unauthorized',
      message: 'Unauthorized',
      hint: /sign in again/,
    });
    assert.equal(server.requests.length, 2);
  });

  it('is told what kind of credential, and the cluster where it asks for that', async () => {
    await (await use(COUNTING, { exec: { provideClusterInfo: true } })).json(get);
    const info: unknown = JSON.parse(await readFile(`${home.path}/count.info`, 'utf8'));
    assert.deepEqual(info, {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: { server: server.url, 'certificate-authority-data': base64(serving.cert) },
      },
    });
  });

  it('may give a client certificate', async () => {
    const own = certificateFor('DNS:tester.example.com');
    const status = { clientCertificateData: own.cert, clientKeyData: own.key };
    await home.write('credential', JSON.stringify({ status }));
    const seen: string[] = [];
    answer = (response) => {
      const { socket } = response;
      if (socket && 'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function')
        seen.push(String((socket.getPeerCertificate() as { subjectaltname?: string }).subjectaltname));
      reply(response, 200, {});
    };
    await (await use(`#!/bin/sh\ncat "${home.path}/credential"\n`)).json(get);
    assert.deepEqual(seen, ['DNS:tester.example.com']);
  });

  const FAILURES: [what: string, script: string, exec: object, message: RegExp, hint: RegExp][] = [
    [
      'is missing',
      '',
      { command: 'no-such-plugin', installHint: 'install the plugin' },
      /cannot run .*no-such-plugin/,
      /install the plugin/,
    ],
    [
      'fails',
      '#!/bin/sh\necho please log in >&2\nexit 3\n',
      {},
      /exit code 3: please log in/,
      /sign in again/,
    ],
    ['prints no JSON', '#!/bin/sh\necho hello\n', {}, /is not JSON/, /sign in again/],
    [
      'prints no credential',
      '#!/bin/sh\necho "{}"\n',
      {},
      /neither a token nor a certificate/,
      /sign in again/,
    ],
  ];
  for (const [what, script, exec, message, hint] of FAILURES)
    it(`that ${what} is Unauthorized, and says what to do`, async () => {
      const one = await use(script, { exec });
      await assert.rejects(one.json(get), { code: 'Unauthorized', message, hint });
      assert.equal(server.requests.length, 0);
    });
});
