import assert from 'node:assert/strict';
import { EventReader } from '../../../../src/server/web/state/event-stream.ts';

const STREAM =
  'event: task\nid: 7\ndata: {"a":1}\n\n: alive\n\nevent: end\ndata: {}\n\nevent: task\ndata: cut off';
const EVENTS = [
  { event: 'task', id: '7', data: '{"a":1}' },
  { event: 'end', data: '{}' },
];

describe('an event stream', () => {
  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF, as a proxy may rewrite it', '\r\n'],
    ['CR', '\r'],
  ] as const)
    for (const size of [1, 2, 7, STREAM.length * 2])
      it(`with ${name} is read the same in pieces of ${size}; an event that is not whole is left out`, () => {
        const stream = STREAM.replaceAll('\n', end);
        const reader = new EventReader();
        const events = [];
        for (let at = 0; at < stream.length; at += size)
          events.push(...reader.read(stream.slice(at, at + size)));
        assert.deepEqual(events, EVENTS);
      });

  it('several lines of data are one text', () =>
    assert.deepEqual(new EventReader().read('data: a\ndata: b\n\n'), [{ event: 'message', data: 'a\nb' }]));
});
