import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { KubeObject } from '../../../../src/engine/kubernetes/client/objects.ts';
import { resource, type Resource } from '../../../../src/engine/kubernetes/client/resource.ts';
import { clientFor, reply, serve, status, type Answer, type Served } from './server.ts';

const JOBS = { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true };
const NODES = { group: '', version: 'v1', plural: 'nodes', namespaced: false };
const key = { namespace: 'a', name: 'one' };
const object = { metadata: key };
type Jobs = Resource<KubeObject>;

const page = (name: string, next?: string) => ({
  metadata: { resourceVersion: '7', continue: next },
  items: [{ metadata: { name } }],
});

describe('resource', () => {
  let server: Served;
  let answer: Answer;
  beforeEach(async () => {
    answer = (response) => reply(response, 200, { metadata: { ...key, managedFields: [{}] } });
    server = await serve((...args) => answer(...args));
  });
  afterEach(() => server.close());
  const jobs = (): Jobs => resource(clientFor(server.url), JOBS);

  const ONE = '/apis/batch/v1/namespaces/a/jobs/one';
  const MANAGER = 'fieldManager=bgtask';
  const CALLS: [
    what: string,
    call: (all: Jobs) => Promise<unknown>,
    request: string,
    type?: string,
    body?: object,
  ][] = [
    ['get', (all) => all.get(key), `GET ${ONE}`],
    ['get from the cache', (all) => all.get(key, { resourceVersion: '0' }), `GET ${ONE}?resourceVersion=0`],
    [
      'list',
      (all) => all.list({ namespace: 'a', labelSelector: 'a=b' }),
      'GET /apis/batch/v1/namespaces/a/jobs?labelSelector=a%3Db&limit=500',
    ],
    [
      'list of all',
      (all) => all.list({ resourceVersion: '0' }),
      'GET /apis/batch/v1/jobs?limit=500&resourceVersion=0',
    ],
    [
      'create',
      (all) => all.create(object),
      `POST /apis/batch/v1/namespaces/a/jobs?${MANAGER}`,
      'application/json',
      object,
    ],
    [
      'a dry run',
      (all) => all.create(object, { dryRun: true, fieldValidation: 'Strict' }),
      `POST /apis/batch/v1/namespaces/a/jobs?dryRun=All&fieldValidation=Strict&${MANAGER}`,
    ],
    [
      'patch',
      (all) => all.patch(key, { spec: null }),
      `PATCH ${ONE}?${MANAGER}`,
      'application/merge-patch+json',
      { spec: null },
    ],
    [
      'patch of status',
      (all) => all.patch(key, [], { type: 'json', subresource: 'status' }),
      `PATCH ${ONE}/status?${MANAGER}`,
      'application/json-patch+json',
    ],
    [
      'apply',
      (all) => all.apply(object, { fieldManager: 'me', force: true }),
      `PATCH ${ONE}?fieldManager=me&force=true`,
      'application/apply-patch+yaml',
      object,
    ],
    ['delete', (all) => all.delete(key), `DELETE ${ONE}`, 'application/json', {}],
    [
      'a dry run of delete',
      (all) => all.delete(key, { dryRun: true }),
      `DELETE ${ONE}`,
      'application/json',
      { dryRun: ['All'] },
    ],
    [
      'delete of this very one',
      (all) => all.delete(key, { uid: 'u', propagation: 'Background', gracePeriodSeconds: 0 }),
      `DELETE ${ONE}`,
      'application/json',
      { preconditions: { uid: 'u' }, propagationPolicy: 'Background', gracePeriodSeconds: 0 },
    ],
  ];
  for (const [what, call, request, type, body] of CALLS)
    it(`${what} is ${request}`, async () => {
      await call(jobs());
      const [got] = server.requests;
      assert.ok(got);
      assert.equal(`${got.method} ${got.url.pathname}${got.url.search}`, request);
      if (type) assert.equal(got.headers['content-type'], type);
      if (body) assert.deepEqual(JSON.parse(got.body), body);
    });

  it('finds objects of the core group that have no namespace', async () => {
    await resource(clientFor(server.url), NODES).get({ name: 'one' });
    assert.equal(server.requests[0]?.url.pathname, '/api/v1/nodes/one');
  });

  it("never lets a name reach another object's path", async () => {
    for (const name of ['../secrets/one', 'a/b', '..', '.', '', 'a?b', 'a%2fb'])
      await jobs().get({ namespace: 'a', name });
    for (const { url } of server.requests)
      assert.match(url.pathname, /^\/apis\/batch\/v1\/namespaces\/a\/jobs\/[^/]+$/, url.pathname);
  });

  it('leaves out who wrote which field', async () => {
    assert.deepEqual(await jobs().get(key), object);
  });

  it('get answers undefined for a missing object alone', async () => {
    answer = (response) =>
      reply(response, 404, status(404, 'NotFound', 'jobs "one" not found', { name: 'one' }));
    assert.equal(await jobs().get(key), undefined);
    answer = (response) => reply(response, 404, status(404, 'NotFound', 'no such kind', {}));
    await assert.rejects(jobs().get(key), { code: 'NotFound', hint: /bgtask doctor .*bgtask install / });
  });

  it('says in each item of a list what it is', async () => {
    answer = (response) =>
      reply(response, 200, {
        kind: 'JobList',
        apiVersion: 'batch/v1',
        metadata: { resourceVersion: '7' },
        items: [object],
      });
    assert.deepEqual(await jobs().list(), {
      items: [{ ...object, apiVersion: 'batch/v1', kind: 'Job' }],
      resourceVersion: '7',
    });
  });

  it('a list whose pages are too old comes whole, and nothing twice', async () => {
    answer = (response, _, count) => {
      if (count === 0) return reply(response, 200, page('a', 'more'));
      return count === 1
        ? reply(response, 410, status(410, 'Expired', 'too old'))
        : reply(response, 200, page('b'));
    };
    const { items } = await jobs().list();
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['b'],
    );
  });

  for (const encoding of ['identity', 'gzip'])
    it(`a list of the largest objects that a user could make comes in pages as short as it takes (${encoding})`, async () => {
      const junk = 'x'.repeat(200_000);
      const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
      answer = (response, { url }) => {
        const from = Number(url.searchParams.get('continue') ?? 0);
        const to = from + Number(url.searchParams.get('limit') ?? Infinity);
        const items = names.slice(from, to).map((name) => ({ metadata: { name }, junk }));
        const next = to < names.length ? String(to) : undefined;
        const body = JSON.stringify({ metadata: { resourceVersion: '7', continue: next }, items });
        response.writeHead(200, { 'content-encoding': encoding });
        response.end(encoding === 'gzip' ? gzipSync(body, { level: 1 }) : body);
      };
      const sizes: number[] = [];
      const seen: string[] = [];
      for await (const { items } of jobs().pages()) {
        sizes.push(items.length);
        seen.push(...items.map(({ metadata }) => metadata.name));
      }
      assert.deepEqual(seen, names);
      assert.deepEqual(sizes, [63, 63, 63, 11]);
    });

  it('one object that is larger than any API server takes is TooLarge', async () => {
    answer = (response) => reply(response, 200, { ...object, junk: 'x'.repeat(33 * 1024 * 1024) });
    await assert.rejects(jobs().get(key), { code: 'TooLarge' });
    assert.equal(server.requests.length, 1);
  });

  it('streams a subresource as it comes, until the signal aborts', async () => {
    const abort = new AbortController();
    answer = (response) => void response.write('first\n');
    const response = await jobs().stream(key, 'log', { query: { follow: true }, signal: abort.signal });
    let seen = '';
    await assert.rejects(async () => {
      for await (const piece of response) {
        seen += String(piece);
        abort.abort();
      }
    });
    assert.equal(seen, 'first\n');
    assert.equal(
      `${server.requests[0]?.url.pathname}${server.requests[0]?.url.search}`,
      `${ONE}/log?follow=true`,
    );
  });

  it('a stream is not cut by the time limit once it has begun', async () => {
    answer = (response) => {
      response.flushHeaders();
      setTimeout(() => response.end('late'), 150);
    };
    const all: Jobs = resource(clientFor(server.url, {}, { requestTimeoutMs: 75 }), JOBS);
    assert.equal(await text(await all.stream(key, 'log', { signal: new AbortController().signal })), 'late');
  });
});
