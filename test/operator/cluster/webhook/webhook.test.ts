import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:tls';
import { defaultOptions } from '../../../../src/engine/kubernetes/install/options.ts';
import { webhook } from '../../../../src/engine/kubernetes/install/webhook.ts';
import { mergePatch } from '../../../../src/engine/local/store/merge-patch.ts';
import { Webhook } from '../../../../src/operator/cluster/webhook/webhook.ts';
import { session } from '../../../cluster/install/requests.ts';
import { clientFor, reply, serve, type Served, status } from '../../../engine/kubernetes/client/server.ts';

const DAY = 86_400_000;
const NAMESPACE = 'bgtask-system';
const HOST = `bgtask-webhook.${NAMESPACE}.svc`;

interface Configuration {
  metadata: { resourceVersion?: string };
  webhooks: { clientConfig: { caBundle?: string } }[];
}

/** The fingerprint of the certificate that it serves now. */
const served = async (of: Webhook): Promise<string> => {
  const socket = connect({ port: of.port, host: '127.0.0.1', servername: HOST, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
};

/** The API server's question about a task in this user's name, made by alice. */
const review = (userId: string): string =>
  JSON.stringify({
    request: {
      uid: 'u1',
      operation: 'CREATE',
      resource: { resource: 'agenticsessions' },
      userInfo: { username: 'alice' },
      object: session('team-a', 'x', userId),
    },
  });

describe("the operator's webhook", () => {
  let server: Served;
  let configuration: Configuration | undefined;
  let now: number;
  let writes: number;
  let one: Webhook;
  const ended: AbortController[] = [];

  beforeEach(async () => {
    now = Date.now();
    writes = 0;
    const made = webhook({ ...defaultOptions(''), admission: 'webhook' });
    const found = made.find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
    configuration = mergePatch(found, { metadata: { resourceVersion: '0' } }) as Configuration;
    server = await serve((response, { method, body }) => {
      if (!configuration)
        return reply(response, 404, status(404, 'NotFound', 'it is not there', { name: 'bgtask-webhook' }));
      if (method === 'GET') return reply(response, 200, configuration);
      const patch = JSON.parse(body) as Configuration;
      if (patch.metadata.resourceVersion !== configuration.metadata.resourceVersion)
        return reply(response, 409, status(409, 'Conflict', 'the object has been modified'));
      writes += 1;
      configuration = mergePatch(mergePatch(configuration, patch), {
        metadata: { resourceVersion: String(writes) },
      }) as Configuration;
      return reply(response, 200, configuration);
    });
    one = await start('pod-1');
  });
  afterEach(async () => {
    for (const controller of ended.splice(0)) controller.abort();
    await server.close();
  });

  const start = async (identity: string): Promise<Webhook> => {
    const options = { env: { BGTASK_ADMISSION_PORT: '0' }, namespace: NAMESPACE, identity };
    const made = await Webhook.start(clientFor(server.url), {
      ...options,
      log: () => undefined,
      now: () => now,
    });
    const life = new AbortController();
    ended.push(life);
    life.signal.addEventListener('abort', () => made.close());
    return made;
  };
  const bundle = (): string =>
    Buffer.from(configuration?.webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();
  const subjects = (): string[] =>
    bundle()
      .split(/(?=-----BEGIN)/)
      .filter(Boolean)
      .map((pem) => new X509Certificate(pem).subject);
  const ask = async (of: Webhook, path: string, body: string): Promise<{ code?: number; body: string }> => {
    const asked = request({
      port: of.port,
      host: '127.0.0.1',
      servername: HOST,
      ca: bundle(),
      agent: false,
      path,
      method: 'POST',
    });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { code: response.statusCode, body: await text(response) };
  };

  it('is ready once the API server trusts it, beside the other pods', async () => {
    assert.equal(one.ready, false);
    await one.look();
    assert.equal(one.ready, true);
    await (await start('pod-2')).look();
    assert.deepEqual(subjects().sort(), ['CN=pod-1', 'CN=pod-2']);
  });

  it('writes nothing when its certificate is known', async () => {
    await one.look();
    await one.look();
    assert.equal(writes, 1);
  });

  it('answers a review over the trusted certificate', async () => {
    await one.look();
    const refused = await ask(one, '/admission/identity', review('boss'));
    const { response } = JSON.parse(refused.body) as {
      response: { allowed: boolean; status: { code: number } };
    };
    assert.deepEqual([refused.code, response.allowed, response.status.code], [200, false, 403]);
    const taken = JSON.parse((await ask(one, '/admission/identity', review('alice'))).body) as object;
    assert.deepEqual(taken, {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u1', allowed: true },
    });
    assert.equal((await ask(one, '/admission/other', review('alice'))).code, 404);
    assert.equal((await ask(one, '/admission/identity', 'not JSON')).code, 400);
  });

  it('makes a new certificate in time, and serves it once it is known', async () => {
    await one.look();
    const first = await served(one);
    now += 21 * DAY;
    await one.look();
    assert.equal(subjects().length, 2);
    assert.equal(await served(one), first);
    await one.look();
    assert.notEqual(await served(one), first);
    now += 10 * DAY;
    await one.look();
    await one.look();
    assert.equal(writes, 2, 'the second certificate lasts for 20 days');
  });

  it('adds its certificate again after it was taken out', async () => {
    await one.look();
    for (const each of configuration?.webhooks ?? []) delete each.clientConfig.caBundle;
    await one.look();
    assert.deepEqual(subjects(), ['CN=pod-1']);
  });

  for (const [what, change] of [
    ['missing', () => (configuration = undefined)],
    ['empty', () => (configuration = { metadata: {}, webhooks: [] })],
  ] as const)
    it(`says that the configuration is ${what}, and is not ready then`, async () => {
      await one.look();
      assert.equal(one.ready, true);
      change();
      await assert.rejects(one.look(), /ValidatingWebhookConfiguration bgtask-webhook is missing or empty/);
      assert.equal(one.ready, false);
      assert.equal(writes, 1);
    });
});
