import assert from 'node:assert/strict';
import { KubernetesStore } from '../../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { session } from '../../../contract/task-store-objects.ts';
import { clientFor, reply, serve, status, type Answer, type Served } from '../client/server.ts';

const KIND = 'AgenticSession';
const key = { namespace: 'team-a', name: 'one' };
const PATH = '/apis/vteam.ambient-code/v1alpha1/namespaces/team-a/agenticsessions';

const at = (namespace: string, name: string) => session({ namespace, name });

describe('KubernetesStore', () => {
  let server: Served;
  let answer: Answer;
  let store: KubernetesStore;
  beforeEach(async () => {
    answer = (response) => reply(response, 200, session(key));
    server = await serve((...args) => answer(...args));
    store = new KubernetesStore(clientFor(server.url));
  });
  afterEach(() => server.close());
  const conflict = status(409, 'Conflict', 'Operation cannot be fulfilled: the object has been modified', {
    name: 'one',
  });
  const outrun =
    (times: number): Answer =>
    (response, _, count) =>
      count < times ? reply(response, 409, conflict) : reply(response, 200, session(key));

  it('refuses unknown fields where people write, and only warns where the operator does', async () => {
    await store.create(KIND, session(key));
    await store.patch(KIND, key, { spec: { cancel: true } });
    await store.patchStatus(KIND, key, { phase: 'Running' });
    assert.deepEqual(
      server.requests.map(({ method, url }) => [
        method,
        url.pathname,
        url.searchParams.get('fieldValidation'),
      ]),
      [
        ['POST', PATH, 'Strict'],
        ['PATCH', `${PATH}/one`, 'Strict'],
        ['PATCH', `${PATH}/one/status`, 'Warn'],
      ],
    );
  });

  it('repeats a change that depends on no version when others were faster', async () => {
    answer = outrun(3);
    await store.patch(KIND, key, { metadata: { labels: { a: 'b' } } });
    assert.equal(server.requests.length, 4);
  });

  it('leaves a change that depends on a version to the caller', async () => {
    answer = outrun(1);
    await assert.rejects(store.patchStatus(KIND, key, {}, { resourceVersion: '7' }), { code: 'Conflict' });
    assert.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), {
      metadata: { resourceVersion: '7' },
      status: {},
    });
    assert.equal(server.requests.length, 1);
  });

  it('patches nothing but labels, annotations and spec', async () => {
    const metadata = { labels: { a: null }, annotations: { b: 'c' }, name: 'other', finalizers: ['x'] };
    await store.patch(KIND, key, { metadata, spec: { cancel: true } });
    assert.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), {
      metadata: { labels: { a: null }, annotations: { b: 'c' } },
      spec: { cancel: true },
    });
  });

  it('sorts by project, then by name, as byte order of paths does not', async () => {
    const items = [at('a-b', 'x'), at('a', 'y'), at('a', 'x-1'), at('a', 'x')];
    answer = (response) => reply(response, 200, { metadata: { resourceVersion: '1' }, items });
    assert.deepEqual(
      (await store.list(KIND)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ['a/x', 'a/x-1', 'a/y', 'a-b/x'],
    );
  });
});
