import assert from 'node:assert/strict';
import { listWatch, type ListWatchOptions } from '../../../../src/engine/kubernetes/client/list-watch.ts';
import { resource } from '../../../../src/engine/kubernetes/client/resource.ts';
import { clientFor, reply, serve, status, type Served } from './server.ts';
import {
  all,
  bookmark,
  end,
  expired,
  line,
  list,
  tell,
  thing,
  TYPE,
  upTo,
  type Act,
  type Thing,
} from './watch-answers.ts';

const page = (at: number): Act =>
  all(
    list(
      9,
      Array.from({ length: 100 }, (_, i) => thing(`n${at}-${i}`, i)),
      at < 19 ? `page-${at + 1}` : undefined,
    ),
  );
const gone: Act = (response) => reply(response, 410, expired);
const transform = (object: Thing): Thing => ({
  metadata: { ...object.metadata, name: `my-${object.metadata.name}` },
});

describe('listWatch', () => {
  let server: Served;
  let abort: AbortController;
  let problems: string[];
  afterEach(async () => {
    abort.abort();
    await server.close();
  });

  /** Watches a server with these answers, in order; the events in short. */
  async function watch(
    lists: readonly Act[],
    watches: readonly Act[],
    options: Partial<ListWatchOptions<Thing>> = {},
  ): Promise<AsyncGenerator<string, void>> {
    const left = { list: [...lists], watch: [...watches] };
    server = await serve((response, got) => {
      const kind = got.url.searchParams.has('watch') ? 'watch' : 'list';
      const act = left[kind].shift() ?? (kind === 'watch' ? tell() : undefined);
      if (!act) return reply(response, 500, status(500, 'Test', `one ${kind} too many`));
      response.setHeader('content-type', 'application/json');
      if (kind === 'watch') response.flushHeaders();
      return act(response, got);
    });
    abort = new AbortController();
    problems = [];
    const source = resource<Thing>(clientFor(server.url), TYPE);
    const events = listWatch(source, {
      namespace: 'a',
      signal: abort.signal,
      backoffMs: 1,
      onProblem: (sentence) => problems.push(sentence),
      ...options,
    });
    return (async function* () {
      for await (const event of events)
        yield event.type === 'SYNCED'
          ? event.type
          : `${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion}`;
    })();
  }
  const asked = (kind: 'list' | 'watch', ...names: string[]): (string | null)[][] =>
    server.requests
      .filter(({ url }) => url.searchParams.has('watch') === (kind === 'watch'))
      .map(({ url }) => names.map((name) => url.searchParams.get(name)));

  it('lists page after page, then tells changes from there', async () => {
    const events = await watch(
      [all(list(5, [thing('x', 1), thing('y', 2)], 'more')), all(list(5, [thing('z', 3)]))],
      [tell(line('MODIFIED', thing('x', 6)), line('DELETED', thing('y', 7)), line('ADDED', thing('w', 8)))],
      { pageSize: 2 },
    );
    assert.deepEqual(await upTo('ADDED w@8', events), [
      'ADDED x@1',
      'ADDED y@2',
      'ADDED z@3',
      'SYNCED',
      'MODIFIED x@6',
      'DELETED y@7',
      'ADDED w@8',
    ]);
    assert.deepEqual(asked('list', 'limit', 'continue'), [
      ['2', null],
      ['2', 'more'],
    ]);
    const [[version, bookmarks, seconds] = []] = asked(
      'watch',
      'resourceVersion',
      'allowWatchBookmarks',
      'timeoutSeconds',
    );
    assert.deepEqual([version, bookmarks], ['5', 'true']);
    assert.ok(Number(seconds) >= 300 && Number(seconds) <= 600, `asked for ${seconds} s`);
  });

  it('lists two thousand objects in pages', async () => {
    const events = await watch(
      Array.from({ length: 20 }, (_, at) => page(at)),
      [],
    );
    assert.equal((await upTo('SYNCED', events)).length, 2001);
  });

  it('starts the list again in one page when a page is too old', async () => {
    const events = await watch(
      [
        all(list(5, [thing('x', 1), thing('y', 2)], 'more')),
        gone,
        all(list(8, [thing('y', 7), thing('z', 3)])),
      ],
      [],
    );
    assert.deepEqual(await upTo('SYNCED', events), [
      'ADDED x@1',
      'ADDED y@2',
      'MODIFIED y@7',
      'ADDED z@3',
      'DELETED x@1',
      'SYNCED',
    ]);
    assert.deepEqual(asked('list', 'limit', 'continue'), [
      ['500', null],
      ['500', 'more'],
      [null, null],
    ]);
    assert.deepEqual(asked('watch', 'resourceVersion'), []);
  });

  it('goes on where a watch ended, from the last bookmark', async () => {
    const events = await watch(
      [all(list(5, []))],
      [end(line('ADDED', thing('x', 6)), bookmark(20)), tell(line('MODIFIED', thing('x', 21)))],
    );
    assert.deepEqual(await upTo('MODIFIED x@21', events), ['SYNCED', 'ADDED x@6', 'MODIFIED x@21']);
    assert.deepEqual(asked('watch', 'resourceVersion'), [['5'], ['20']]);
    assert.equal(asked('list').length, 1);
    assert.deepEqual(problems, []);
  });

  const BREAKS: [what: string, act: Act][] = [
    [
      'is reset',
      (response) => void response.write(line('ADDED', thing('x', 6)), () => response.socket?.destroy()),
    ],
    [
      'is cut within an event',
      (response) =>
        void response.write(`${line('ADDED', thing('x', 6))}{"type":"MOD`, () => response.socket?.destroy()),
    ],
    ['sends a line that is not an event', tell(line('ADDED', thing('x', 6)), 'oops\n')],
    [
      'tells of an error',
      tell(line('ADDED', thing('x', 6)), line('ERROR', status(500, 'InternalError', 'etcd is away'))),
    ],
  ];
  for (const [what, act] of BREAKS)
    it(`goes on after a watch that ${what}, says so, and tells nothing twice`, async () => {
      const events = await watch(
        [all(list(5, []))],
        [act, tell(line('ADDED', thing('x', 6)), line('MODIFIED', thing('x', 7)))],
      );
      assert.deepEqual(await upTo('MODIFIED x@7', events), ['SYNCED', 'ADDED x@6', 'MODIFIED x@7']);
      assert.deepEqual(asked('watch', 'resourceVersion'), [['5'], ['6']]);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', /^watching things failed, trying again: /);
    });

  it('goes on after a watch that has stalled', async () => {
    const events = await watch([all(list(5, []))], [tell(), tell(line('ADDED', thing('x', 6)))], {
      watchSeconds: () => 0,
      slackMs: 50,
    });
    assert.deepEqual(await upTo('ADDED x@6', events), ['SYNCED', 'ADDED x@6']);
    assert.match(problems.join(), /the watch stalled/);
  });

  it('goes on after a watch that says nothing, and does not take that for a failure', async () => {
    const [first, last] = [line('ADDED', thing('x', 6)), line('ADDED', thing('y', 7))];
    const events = await watch([all(list(5, []))], [tell(first), tell(bookmark(6)), tell(last)], {
      silenceMs: 50,
    });
    assert.deepEqual(await upTo('ADDED y@7', events), ['SYNCED', 'ADDED x@6', 'ADDED y@7']);
    assert.deepEqual(problems, []);
  });

  it('goes on after refusals, with pauses that grow', async () => {
    const refuse = end(line('ERROR', status(403, 'Forbidden', 'not now')));
    const events = await watch(
      [all(list(5, []))],
      [refuse, refuse, refuse, tell(line('ADDED', thing('x', 6)))],
    );
    assert.deepEqual(await upTo('ADDED x@6', events), ['SYNCED', 'ADDED x@6']);
    assert.equal(problems.length, 3);
  });

  it('lists again when its version is gone, and tells the difference', async () => {
    const before = [thing('kept', 1), thing('changed', 2), thing('gone', 3), thing('remade', 4, 'old')];
    const after = [thing('kept', 1), thing('changed', 12), thing('remade', 13, 'new'), thing('fresh', 14)];
    const events = await watch(
      [all(list(5, before)), all(list(15, after))],
      [tell(line('ERROR', expired)), tell(line('DELETED', thing('kept', 16)))],
    );
    const seen = await upTo('DELETED kept@16', events);
    assert.deepEqual(seen.slice(seen.indexOf('SYNCED') + 1), [
      'MODIFIED changed@12',
      'DELETED remade@4',
      'ADDED remade@13',
      'ADDED fresh@14',
      'DELETED gone@3',
      'DELETED kept@16',
    ]);
    assert.deepEqual(asked('watch', 'resourceVersion'), [['5'], ['15']]);
    assert.deepEqual(problems, []);
  });

  it('reads an event of a megabyte, cut anywhere', async () => {
    const big = { ...thing('big', 6), note: 'ü'.repeat(500_000) };
    const bytes = Buffer.from(line('ADDED', big));
    const events = await watch(
      [all(list(5, []))],
      [
        (response) => {
          for (let at = 0; at < bytes.length; at += 10_001) response.write(bytes.subarray(at, at + 10_001));
        },
      ],
    );
    assert.deepEqual(await upTo('ADDED big@6', events), ['SYNCED', 'ADDED big@6']);
  });

  it('transforms objects before it keeps and tells them', async () => {
    const events = await watch(
      [all(list(5, [thing('x', 1)]))],
      [tell(line('MODIFIED', thing('x', 6)), line('DELETED', thing('x', 7)))],
      { transform },
    );
    assert.deepEqual(await upTo('DELETED my-x@7', events), [
      'ADDED my-x@1',
      'SYNCED',
      'MODIFIED my-x@6',
      'DELETED my-x@7',
    ]);
  });

  it('rejects when the first list fails', async () => {
    const events = await watch([], []);
    await assert.rejects(events.next(), { code: 'Unavailable', message: 'one list too many' });
  });

  it('ends at once, and without error, when the signal aborts in the middle of silence', async () => {
    const events = await watch([all(list(5, []))], [tell()]);
    await upTo('SYNCED', events);
    const next = events.next();
    abort.abort();
    assert.deepEqual(await next, { value: undefined, done: true });
  });

  it('ends its connection when the reader leaves', async () => {
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((done) => {
      closed = done;
    });
    const events = await watch(
      [all(list(5, []))],
      [
        (response) => {
          response.once('close', () => closed?.());
          response.write(line('ADDED', thing('x', 6)));
        },
      ],
    );
    for await (const event of events) if (event === 'ADDED x@6') break;
    await gone;
  });
});
