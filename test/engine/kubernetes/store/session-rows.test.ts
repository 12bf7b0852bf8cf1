import assert from 'node:assert/strict';
import { KubernetesStore } from '../../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { session } from '../../../contract/task-store-objects.ts';
import { clientFor, reply, serve, status, type Answer, type Served } from '../client/server.ts';

const COLUMNS = ['Name', 'Task', 'Phase', 'Progress', 'Step', 'PR', 'User', 'Repository', 'Reason', 'Mode'];

/** What the API server prints of sessions of these names; `columns` are those of its CRD. */
const table = (names: readonly string[], columns: readonly string[] = COLUMNS, next?: string) => ({
  kind: 'Table',
  metadata: { resourceVersion: '1', continue: next },
  columnDefinitions: columns.map((name) => ({ name })),
  rows: names.map((name) => ({
    cells: columns.map((column) => (column === 'Mode' ? 'background' : null)),
    object: { metadata: { namespace: 'team-a', name, managedFields: [{}] } },
  })),
});

const whole: Answer = (response) =>
  reply(response, 200, {
    metadata: { resourceVersion: '1' },
    items: [session({ namespace: 'team-a', name: 'whole' })],
  });

describe('sessions in brief', () => {
  let server: Served;
  let answer: Answer;
  beforeEach(async () => {
    server = await serve((...args) => answer(...args));
  });
  afterEach(() => server.close());

  const listed = async (): Promise<string[]> => {
    const store = new KubernetesStore(clientFor(server.url));
    const all = await store.list('AgenticSession', { namespace: 'team-a', selector: 'a=b', brief: true });
    return all.map(({ metadata }) => metadata.name);
  };
  const asked = () =>
    server.requests.map(({ url, headers }) => [
      headers.accept?.includes('as=Table') ? 'table' : 'objects',
      url.searchParams.get('continue'),
    ]);

  it('are read as the rows of a table, page after page, with their metadata and without who wrote it', async () => {
    answer = (response, _, count) =>
      reply(response, 200, count === 0 ? table(['b'], COLUMNS, 'more') : table(['a']));
    assert.deepEqual(await listed(), ['a', 'b']);
    assert.deepEqual(asked(), [
      ['table', null],
      ['table', 'more'],
    ]);
    assert.deepEqual(
      server.requests.map(({ url }) => url.searchParams.get('labelSelector')),
      ['a=b', 'a=b'],
    );
    const store = new KubernetesStore(clientFor(server.url));
    const [one] = await store.list('AgenticSession', { brief: true });
    assert.deepEqual(one?.metadata, { namespace: 'team-a', name: 'a' });
  });

  for (const [what, first] of [
    ['whose CRD has no column for the mode', table(['a'], COLUMNS.slice(0, -1))],
    ['that prints no tables', { kind: 'AgenticSessionList', metadata: {}, items: [] }],
  ] as const)
    it(`are whole objects from an API server ${what}`, async () => {
      answer = (response, request, count) =>
        count === 0 ? reply(response, 200, first) : whole(response, request, count);
      assert.deepEqual(await listed(), ['whole']);
      assert.deepEqual(asked(), [
        ['table', null],
        ['objects', null],
      ]);
    });

  it('are whole objects when the list has changed too much between two pages', async () => {
    answer = (response, request, count) => {
      if (count === 0) return reply(response, 200, table(['a'], COLUMNS, 'more'));
      if (count === 1) return reply(response, 410, status(410, 'Expired', 'the continue token is too old'));
      return whole(response, request, count);
    };
    assert.deepEqual(await listed(), ['whole']);
  });

  it('are refused as whole ones are', async () => {
    answer = (response) => reply(response, 403, status(403, 'Forbidden', 'you may not list them'));
    await assert.rejects(listed(), { code: 'Forbidden' });
  });
});
