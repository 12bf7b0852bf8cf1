import assert from 'node:assert/strict';
import { safeLine, safeText } from '../../../src/cli/output/safe.ts';

const CASES: [string, string, string][] = [
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['a C1 control sequence', '\u009b31mred', 'red'],
  ['a title', 'a\u001b]0;evil\u0007b', 'ab'],
  ['a link', '\u001b]8;;https://example.com\u001b\\text\u001b]8;;\u001b\\', 'text'],
  ['a title without an end, hiding nothing', 'a\u001b]0;evil\nall of it', 'a^[]0;evil\nall of it'],
  ['a sequence inside of another', '\u001b\u001b[0m[31mx', '^[[31mx'],
  ['a lone escape', 'a\u001b', 'a^['],
  ['carriage returns', 'real\rfake\r\nnext', 'real\nfake\nnext'],
  ['bell and backspace', 'a\u0007b\u0008', 'a^Gb^H'],
  ['delete', 'a\u007f', 'a^?'],
  ['C1 controls', 'a\u0085b\u0090', 'a\\x85b\\x90'],
  ['directions', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
  ['line separators', 'a\u2028b', 'a\\u2028b'],
  ['characters that cannot be seen', 'a\u200bb\u{e0041}c', 'a\\u200bb\\udb40\\udc41c'],
  ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ['plain text, tabs, newlines, emoji and Hebrew', 'a\tb\n👩‍👩‍👧 שלום é', 'a\tb\n👩‍👩‍👧 שלום é'],
];

describe('safeText', () => {
  for (const [what, hostile, safe] of CASES) {
    it(`disarms ${what}`, () => assert.equal(safeText(hostile), safe));
  }

  it('leaves no control character of any text', () => {
    const all = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code));
    for (const text of [all.join(''), all.toReversed().join('')]) {
      assert.doesNotMatch(safeText(text), /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
    }
  });

  it('takes long runs of opened sequences', () => {
    for (const opening of ['\u001b[', '\u001b]0;', '\u009d', '\u001b[0']) safeText(opening.repeat(100_000));
    safeText(`\u001b[${'0'.repeat(500_000)}`);
  });
});

describe('safeLine', () => {
  for (const [text, line] of [
    ['one', 'one'],
    ['one\n', 'one'],
    ['one\ntwo', 'one...'],
    ['one\rtwo', 'one...'],
    ['a\tb', 'a b'],
    ['', ''],
  ] as const) {
    it(`makes ${JSON.stringify(text)} one line`, () => assert.equal(safeLine(text), line));
  }
});
