import assert from 'node:assert/strict';
import { lastLines } from '../../src/service/task-log.ts';

describe('lastLines', () => {
  for (const [text, most, last] of [
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\nb\n', 2, 'a\nb\n'],
    ['a\nb\n', 5, 'a\nb\n'],
    ['a\nb\n', 0, ''],
    ['\n\n\n', 2, '\n\n'],
    ['\na\n', 1, 'a\n'],
    ['', 3, ''],
  ] as const) {
    it(`the last ${most} of ${JSON.stringify(text)}`, () => assert.equal(lastLines(text, most), last));
  }
  it('is the same however the text comes in pieces', () => {
    const text = 'one\ntwo\n\nthree\nfo';
    for (let at = 0; at <= text.length; at++)
      assert.equal(lastLines(lastLines(text.slice(0, at), 2) + text.slice(at), 2), 'three\nfo');
  });
});
