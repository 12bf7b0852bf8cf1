import assert from 'node:assert/strict';
import { appendLog, EMPTY_LOG, logText } from '../../../../src/server/web/state/log-lines.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join('');

describe('a log that grows', () => {
  it('is the same whatever pieces it comes in', () => {
    const text = `${lines(1, 350)}half a line`;
    for (const size of [1, 13, text.length]) {
      let log = EMPTY_LOG;
      for (let at = 0; at < text.length; at += size) log = appendLog(log, text.slice(at, at + size));
      assert.equal(logText(log), text);
      assert.equal(log.blocks.length, 3);
    }
  });

  it('leaves full blocks alone', () => {
    const before = appendLog(EMPTY_LOG, lines(1, 250));
    const after = appendLog(before, lines(251, 260));
    assert.deepEqual(after.blocks, before.blocks);
  });

  it('lets the oldest go when there is too much, and says so', () => {
    const log = appendLog(EMPTY_LOG, lines(1, 6000));
    assert.equal(log.cut, true);
    assert.match(logText(log), /^line 1001\n/);
    assert.match(logText(log), /line 6000\n$/);
  });

  it('holds a line without an end in blocks of bounded size', () =>
    assert.equal(appendLog(appendLog(EMPTY_LOG, 'x'.repeat(70_000)), 'y').blocks.length, 1));
});
