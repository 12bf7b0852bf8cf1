import assert from 'node:assert/strict';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import type { KubeObject } from '../../../src/engine/kubernetes/client/objects.ts';
import { identity, identityByDryRun } from '../../../src/engine/kubernetes/identity.ts';
import { resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { KubernetesStore } from '../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { session, template } from '../../contract/task-store-objects.ts';
import { Watcher } from '../../contract/watcher.ts';
import { storeCluster, type StoreCluster } from './cluster.ts';

const KIND = 'AgenticSession';

const named =
  (username: string) =>
  (info: unknown): void =>
    assert.equal((info as { username: string }).username, username);

describe('a client of a real API server', () => {
  let cluster: StoreCluster;
  let client: KubeClient;
  let store: KubernetesStore;
  let namespace: string;
  before(async () => {
    cluster = await storeCluster();
    client = await cluster.client();
    store = new KubernetesStore(client);
  });
  after(() => cluster?.close());
  beforeEach(async () => {
    namespace = await cluster.project();
  });
  const key = (name: string) => ({ namespace, name });

  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const whoAmI = async (one: KubeClient): Promise<unknown> => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const answer = (await one.json({ method: 'POST', path, body: review })) as {
      status: { userInfo: object };
    };
    return answer.status.userInfo;
  };
  it('is who the kubeconfig says, whom it impersonates, or whose token it is given', async () => {
    named('kube:admin')(await whoAmI(await cluster.client('kube:admin')));
    const impersonate = {
      user: 'jörg@example.com',
      groups: ['team a', 'b'],
      extra: { 'example.com/scope': ['x'] },
    };
    const info = await whoAmI(await cluster.client(undefined, { impersonate }));
    assert.deepEqual(info, {
      username: 'jörg@example.com',
      groups: ['team a', 'b', 'system:authenticated'],
      extra: { 'example.com/scope': ['x'] },
    });
    named('alice')(await whoAmI(client.withToken(cluster.cluster.tokens.alice ?? '')));
  });

  it('learns its name also where the API server is older than SelfSubjectReview, with rights and without', async () => {
    const admin = await identityByDryRun(client);
    named((await identity(client)).userId)({ username: admin?.userId });
    assert.equal((await identityByDryRun(await cluster.client('bob')))?.userId, 'bob');
    const odd = { user: 'jörg "x" \\ y', groups: ['system:authenticated'] };
    const other = await identityByDryRun(await cluster.client(undefined, { impersonate: odd }));
    assert.equal(other?.userId, odd.user);
  });

  it('is told what is forbidden, and that a token is not valid', async () => {
    const bob = new KubernetesStore(await cluster.client('bob'));
    await assert.rejects(bob.list(KIND, { namespace }), {
      code: 'Forbidden',
      message: /User "bob" cannot list resource "agenticsessions"/,
      hint: /role/,
    });
    const stranger = new KubernetesStore(client.withToken('fake-token'));
    await assert.rejects(stranger.get(KIND, key('a')), { code: 'Unauthorized', hint: /sign in again/ });
  });

  it('is told of a kind that is not installed what to do', async () => {
    const widgets = resource(client, {
      group: 'example.com',
      version: 'v1',
      plural: 'widgets',
      namespaced: true,
    });
    const wanted = {
      code: 'NotFound',
      message: 'the server could not find the requested resource',
      hint: /install/,
    };
    await assert.rejects(widgets.get(key('a')), wanted);
    await assert.rejects(widgets.list({ namespace }), wanted);
    await assert.rejects(widgets.create({ metadata: key('a') }), wanted);
  });

  it('is told of a project that is not there', async () => {
    const name = `${namespace}-none`;
    await assert.rejects(store.create(KIND, session({ namespace: name, name: 'a' })), {
      code: 'NotFound',
      message: `namespaces "${name}" not found`,
    });
  });

  it('refuses unknown fields of a spec, with their paths', async () => {
    const asked = session(key('a'));
    Object.assign(asked.spec, { agent: { type: 'claude', modle: 'x' } });
    await assert.rejects(store.create(KIND, asked), {
      code: 'Invalid',
      message: /unknown field "spec\.agent\.modle"/,
    });
    await store.create(KIND, session(key('a')));
    const spec = { agent: { type: 'claude' as const, modle: 'x' } };
    await assert.rejects(store.patch(KIND, key('a'), { spec }), {
      code: 'Invalid',
      message: /unknown field "spec\.agent\.modle"/,
    });
  });

  it('stores a status without what the CRD does not know, and says so', async () => {
    const warnings: string[] = [];
    const onWarning = (sentence: string): unknown => warnings.push(sentence);
    const other = new KubernetesStore(await cluster.client(undefined, { onWarning }));
    await other.create('TaskTemplate', template(key('a')));
    const { status } = await other.patchStatus('TaskTemplate', key('a'), {
      usageCount: 1,
      fromTheFuture: true,
    });
    assert.deepEqual(status, { usageCount: 1 });
    assert.deepEqual(warnings, ['unknown field "status.fromTheFuture"']);
  });

  it('refuses in a dry run for the same reasons, and stores nothing', async () => {
    const { metadata } = await store.create(KIND, session(key('a')), { dryRun: true });
    assert.ok(metadata.uid);
    assert.equal(await store.get(KIND, key('a')), undefined);
    const wrong = session(key('a'), { spec: { repos: [] } });
    await assert.rejects(store.create(KIND, wrong, { dryRun: true }), { code: 'Invalid' });
    await store.create(KIND, session(key('a')));
    await assert.rejects(store.create(KIND, session(key('a')), { dryRun: true }), { code: 'AlreadyExists' });
  });

  it('refuses what is too large', async () => {
    const annotations = { 'example.com/big': 'x'.repeat(4_000_000) };
    await assert.rejects(store.create(KIND, session(key('a'), { meta: { annotations } })), {
      code: 'TooLarge',
    });
  });

  it('lists page after page, in order of project and name', async () => {
    const other = await cluster.project();
    const names = ['b', 'a', 'c', 'e', 'd'];
    for (const name of names) {
      await store.create(KIND, session(key(name), { meta: { labels: { pages: namespace } } }));
      await store.create(
        KIND,
        session({ namespace: other, name }, { meta: { labels: { pages: namespace } } }),
      );
    }
    const paged = new KubernetesStore(client, { pageSize: 3 });
    const listed = await paged.list(KIND, { selector: `pages=${namespace}` });
    const order = [namespace, other]
      .sort()
      .flatMap((project) => names.toSorted().map((name) => `${project}/${name}`));
    assert.deepEqual(
      listed.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      order,
    );
  });

  it('applies on the server side, and yields to other owners unless forced', async () => {
    const maps = resource<KubeObject & { data?: Record<string, string> }>(client, {
      group: '',
      version: 'v1',
      plural: 'configmaps',
      namespaced: true,
    });
    const map = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: key('settings'),
      data: { a: value },
    });
    const applied = await maps.apply(map('1'), { fieldManager: 'one' });
    assert.deepEqual([applied.data, 'managedFields' in applied.metadata], [{ a: '1' }, false]);
    await assert.rejects(maps.apply(map('2'), { fieldManager: 'two' }), { code: 'Conflict' });
    assert.deepEqual((await maps.apply(map('2'), { fieldManager: 'two', force: true })).data, { a: '2' });
    const [listed] = (await maps.list({ namespace })).items;
    assert.deepEqual([listed?.apiVersion, listed?.kind], ['v1', 'ConfigMap']);
    await maps.delete(key('settings'), { propagation: 'Foreground' });
  });

  describe('when the API server goes away', () => {
    let abort: AbortController;
    beforeEach(() => {
      abort = new AbortController();
    });
    afterEach(() => abort.abort());
    const watch = (slackMs?: number): Watcher =>
      new Watcher(
        new KubernetesStore(client, {
          slackMs,
          ...(slackMs && { watchSeconds: () => 1 }),
          backoffMs: 50,
        }).watch(KIND, {
          namespace,
          signal: abort.signal,
        }),
      );

    it('a watch goes on when it is back, and loses nothing', async () => {
      await store.create(KIND, session(key('a')));
      await store.create(KIND, session(key('b')));
      const watcher = watch();
      await watcher.synced();
      await store.delete(KIND, key('a'));
      await watcher.seen('DELETED a');
      await cluster.cluster.stopApiserver();
      const made = cluster.cluster.startApiserver().then(() => store.create(KIND, session(key('c'))));
      await made;
      await watcher.seen('ADDED c');
      await store.delete(KIND, key('b'));
      await watcher.seen('DELETED b');
      assert.deepEqual(watcher.lines().slice(2), ['SYNCED', 'DELETED a', 'ADDED c', 'DELETED b']);
    });

    it('a watch whose connection is silent is begun again', async () => {
      const watcher = watch(500);
      await watcher.synced();
      cluster.cluster.pauseApiserver();
      const stalled = setTimeout(() => cluster.cluster.resumeApiserver(), 2000);
      try {
        await store.create(KIND, session(key('a')));
        await watcher.seen('ADDED a');
      } finally {
        clearTimeout(stalled);
        cluster.cluster.resumeApiserver();
      }
      assert.deepEqual(watcher.lines(), ['SYNCED', 'ADDED a']);
    });
  });
});
