import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  appendLog,
  EMPTY_LOG,
  endLog,
  lengthOf,
  linesFrom,
  LINE_CHARS,
  type Log,
  MOST_LINES,
} from '../../../src/tui/state/log.ts';

const logOf = (...pieces: string[]): Log => endLog(pieces.reduce(appendLog, EMPTY_LOG));

const HOSTILE: readonly (readonly [what: string, text: string, lines: readonly string[]])[] = [
  ['a colour', '\u001b[31mred\u001b[0m\n', ['red']],
  ['a title and a link', '\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b\n', ['ab']],
  ['a cleared screen', 'a\u001b[2J\u001b[Hb\n', ['ab']],
  ['an escape sequence in two pieces', 'a\u001b[3|1mb\n', ['ab']],
  ['a carriage return, which would write over the line', '10%\r20%\r\n', ['10%', '20%']],
  ['a carriage return in one piece and its newline in the next', 'a\r|\nb\n', ['a', 'b']],
  ['a direction override', 'a\u202eb\n', ['a\\u202eb']],
  ['a bell and a backspace', 'a\u0007\bb\n', ['a^G^Hb']],
  ['8-bit escapes', 'a\u009b2Jb\u0085c\n', ['ab\\x85c']],
  ['a tab', 'a\tb\n', ['a    b']],
  ['an empty line', 'a\n\nb\n', ['a', '', 'b']],
  ['half a surrogate pair', 'a\ud83d\n', ['a\ufffd']],
  ['a last line without an end', 'a\nb', ['a', 'b']],
];

/** Megabytes that are in use. */
function megabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1e6;
}

describe('the log of a view', () => {
  for (const [what, text, lines] of HOSTILE)
    it(`${what} does nothing to a terminal`, () => assert.deepEqual(logOf(...text.split('|')).lines, lines));

  it('a line that has no end yet is not shown', () => {
    const log = appendLog(EMPTY_LOG, 'whole\nnot yet');
    assert.deepEqual(log.lines, ['whole']);
    assert.deepEqual(appendLog(log, ' but now\n').lines, ['whole', 'not yet but now']);
  });

  it('keeps the last lines of a hundred thousand, and how many there were', () => {
    const text = Array.from({ length: 100_000 }, (_, at) => `line ${at}\n`).join('');
    for (const size of [text.length, 65_536, 4096]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const log = logOf(...pieces);
      assert.equal(log.lines.length, MOST_LINES);
      assert.equal(lengthOf(log), 100_000);
      assert.equal(log.lines.at(-1), 'line 99999');
      assert.deepEqual(linesFrom(log, 99_000, 2), ['line 99000', 'line 99001']);
    }
  });

  it('keeps the beginning of a line of ten thousand characters', () => {
    const [line = ''] = logOf('x'.repeat(10_000)).lines;
    assert.equal(line.length, LINE_CHARS);
    assert.match(line, /x…$/);
  });

  it('holds what it shows in memory, and not what it was cut from', () => {
    const before = megabytes();
    let log = EMPTY_LOG;
    for (let at = 0; at < MOST_LINES; at++)
      log = appendLog(log, `a line that is not short: ${at}\n${'y'.repeat(100_000)}`);
    const held = megabytes() - before;
    assert.ok(held < 50, `${Math.round(held)} MB for ${log.lines.length} lines`);
  });

  it('a line that never ends takes no more room the longer it gets', () => {
    let log = EMPTY_LOG;
    for (let at = 0; at < 1000; at++) log = appendLog(log, 'x'.repeat(10_000));
    assert.ok(log.rest.length <= 4 * LINE_CHARS, `${log.rest.length} characters`);
    assert.equal(endLog(log).lines.length, 1);
  });
});
