import assert from 'node:assert/strict';
import { clip, eachText, plainText, tailBytes } from '../../src/domain/text.ts';
import { randomOf } from './builders.ts';

describe('tailBytes', () => {
  const cases: [string, string, number, string][] = [
    ['a text that fits stays whole', 'abc', 3, 'abc'],
    ['of a longer one the end stays', 'abcdef', 4, 'cdef'],
    ['a character of two bytes is not cut in half', 'aéb', 2, 'b'],
    ['a character of three bytes is not cut in half', 'a€b', 3, 'b'],
    ['a character of four bytes is not cut in half', 'a😀b', 4, 'b'],
    ['a character that just fits stays', 'a😀b', 5, '😀b'],
    ['nothing fits in nothing', 'abc', 0, ''],
    ['an empty text is empty', '', 10, ''],
  ];
  for (const [promise, text, max, wanted] of cases)
    it(promise, () => assert.equal(tailBytes(text, max), wanted));

  it('of any text keeps the longest end that fits and is whole characters', () => {
    const random = randomOf(1);
    const alphabet = ['a', '\n', 'é', '€', '😀', '字'];
    for (let round = 0; round < 500; round++) {
      const length = Math.floor(random() * 40);
      const characters = Array.from({ length }, () => alphabet[Math.floor(random() * 6)] ?? '');
      const max = Math.floor(random() * 60);
      let wanted = '';
      for (const character of characters.toReversed()) {
        if (Buffer.byteLength(character + wanted) > max) break;
        wanted = character + wanted;
      }
      assert.equal(tailBytes(characters.join(''), max), wanted);
    }
  });
});

describe('clip', () => {
  const cases: [string, string, number, string][] = [
    ['a text that fits stays whole', 'abcd', 4, 'abcd'],
    ['a longer one ends in an ellipsis, within the limit', 'abcde', 4, 'abc…'],
    ['no half of a surrogate pair is left', 'ab😀cd', 4, 'ab…'],
    ['a pair that fits stays', 'a😀cd', 4, 'a😀…'],
  ];
  for (const [promise, text, max, wanted] of cases) it(promise, () => assert.equal(clip(text, max), wanted));
});

describe('plainText', () => {
  const cases: [string, string, string][] = [
    ['keeps newlines, tabs and every script', 'a\n\tb é 字 😀', 'a\n\tb é 字 😀'],
    ['drops colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['drops cursor moves', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['drops a title that BEL ends', 'a\u001b]0;title\u0007b', 'ab'],
    [
      'drops a link that ST ends, and keeps its words',
      '\u001b]8;;https://example.com\u001b\\here\u001b]8;;\u001b\\',
      'here',
    ],
    [
      'an unterminated string sequence ends with its line',
      'a\u001b]0;title\nsecond\nthird',
      'a\nsecond\nthird',
    ],
    ['so does one of the 8-bit kind', 'a\u009d0;title\nsecond', 'a\nsecond'],
    ['drops device control strings', 'a\u001bP1$q"p\u001b\\b', 'ab'],
    ['drops 8-bit control sequences', 'a\u009b31mb', 'ab'],
    ['drops two-byte escapes', 'a\u001bcb\u001b7', 'ab'],
    ['leaves no ESC, whatever was hidden in it', '\u001b\u0000[31mx\u001b', '[31mx'],
    ['drops NUL, BEL, backspace and DEL', 'a\u0000\u0007\u0008\u007fb', 'ab'],
    ['a carriage return ends a line, so that nothing is overwritten', 'bad\rgood\r\nnext', 'bad\ngood\nnext'],
    ['drops direction overrides and marks', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
    ['drops the Unicode line separators', 'a\u2028b\u2029c', 'abc'],
    ['drops what has no width', 'a\u200bb\u2060c\ufeffd\u00ade\u180ef', 'abcdef'],
    [
      'drops tag characters, which spell words that a reader does not see',
      'a\u{e0048}\u{e0069}\u{e007f}b',
      'ab',
    ],
    ['drops variation selectors, which can hold bytes', 'a\u{e0100}\ufe0fb\ufe00c', 'abc'],
    ['drops Hangul fillers', 'a\u115fb\u3164c\uffa0', 'abc'],
    ['keeps what makes one picture of several', '👩‍👩‍👧 ❤️‍🔥 🏳️‍🌈 👩🏽‍💻 1️⃣ ☎️', '👩‍👩‍👧 ❤️‍🔥 🏳️‍🌈 👩🏽‍💻 1️⃣ ☎️'],
    [
      'drops a joiner beside a picture that joins nothing',
      '👩\u200d a\u200d👩 👩\u200d\u200d👩',
      '👩 a👩 👩👩',
    ],
    ['keeps the joiners of Persian and Hindi words', 'می‌خواهم क्‍ष', 'می‌خواهم क्‍ष'],
  ];
  for (const [promise, text, wanted] of cases) it(promise, () => assert.equal(plainText(text), wanted));

  it('takes long runs of characters that cannot be seen', () => {
    for (const run of ['\u200b', '\u200d', '\ufe0f', '👩\u200d']) plainText(run.repeat(200_000));
  });
});

describe('eachText', () => {
  it('changes every text and every name, and nothing else', () =>
    assert.deepEqual(
      eachText({ a: 'b', c: ['d', 1, null, { e: 'f', g: undefined }], h: true }, (text) =>
        text.toUpperCase(),
      ),
      { A: 'B', C: ['D', 1, null, { E: 'F', G: undefined }], H: true },
    ));
});
