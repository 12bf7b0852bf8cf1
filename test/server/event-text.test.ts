import assert from 'node:assert/strict';
import { Deferred } from '../support/deferred.ts';
import { eventText, type ServerEvent } from '../../src/server/event-text.ts';

async function* some(...events: ServerEvent[]): AsyncGenerator<ServerEvent, void> {
  yield* events;
}

async function read(text: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of text) all += piece;
  return all;
}

describe('the text of an event stream', () => {
  it('has each event with its name, its id and its data, as the HTML Standard writes them', async () => {
    const text = await read(
      eventText(some({ event: 'task', id: '7', data: '{"a":"b"}' }, { event: 'end', data: '{}' })),
    );
    assert.equal(text, 'event: task\nid: 7\ndata: {"a":"b"}\n\nevent: end\ndata: {}\n\n');
  });

  it('has a comment whenever nothing came for a while, and then goes on', async () => {
    const come = new Deferred<ServerEvent>();
    const later = (async function* () {
      yield await come.promise;
    })();
    const text = eventText(later, 1);
    assert.equal((await text.next()).value, ': alive\n\n');
    assert.equal((await text.next()).value, ': alive\n\n');
    come.resolve({ event: 'end', data: '{}' });
    assert.match(await read(text), /event: end\ndata: \{\}\n\n$/);
  });

  it('ends its source when its reader stops', async () => {
    let ended = false;
    const source = (async function* () {
      try {
        for (;;) yield { event: 'task', data: '{}' } as ServerEvent;
      } finally {
        ended = true;
      }
    })();
    for await (const _ of eventText(source)) break;
    assert.equal(ended, true);
  });

  it('passes on what its source fails with', async () => {
    const source = (async function* () {
      yield await Promise.reject<ServerEvent>(new Error('the watch broke'));
    })();
    await assert.rejects(read(eventText(source)), /the watch broke/);
  });
});
