import assert from 'node:assert/strict';
import { compileSafe, PATTERN_MAX, PatternError } from '../../src/domain/regex.ts';

/** What YAML or one pass of JSON makes of the seed's `^\\\\d+...`: two backslashes for each one meant. */
const SEED = String.raw`^\\d+\\.\\d+\\.\\d+$|^latest$`;

describe('compileSafe', () => {
  it('takes the seed pattern with doubled backslashes as it was meant, and says so', () => {
    const pattern = compileSafe(SEED);
    assert.equal(pattern.collapsed, true);
    assert.equal(pattern.pattern, String.raw`^\d+\.\d+\.\d+$|^latest$`);
    for (const value of ['4.17.21', '1.6.0', 'latest']) assert.equal(pattern.test(value), true, value);
    for (const value of ['4.17', '4x17x21', 'next', '4.17.21-beta']) {
      assert.equal(pattern.test(value), false, value);
    }
  });

  const collapsed: [string, string, string][] = [
    ['class letters', String.raw`^\\w+\\s\\D$`, String.raw`^\w+\s\D$`],
    ['escaped brackets', String.raw`^\\[x\\]$`, String.raw`^\[x\]$`],
    ['inside a character class', String.raw`^[\\w.\\-]+$`, String.raw`^[\w.\-]+$`],
    ['a literal dollar', String.raw`^\\$\\d+$`, String.raw`^\$\d+$`],
  ];
  for (const [what, doubled, single] of collapsed) {
    it(`collapses ${what}`, () => {
      const pattern = compileSafe(doubled);
      assert.deepEqual([pattern.pattern, pattern.collapsed], [single, true]);
      assert.equal(compileSafe(single).collapsed, false, 'a collapsed pattern is not collapsed again');
    });
  }

  const untouched: [string, string][] = [
    ['single escapes', String.raw`^\d+\.\d+$`],
    ['a mix of single and doubled', String.raw`^\d+\\.\d+$`],
    ['a Windows path', String.raw`^[A-Z]:\\[^\\/]+$`],
    ['a class without the backslash', String.raw`^[^\\]+[x]$`],
    ['four in a row', String.raw`^\\\\server$`],
    ['a letter that no escape has', String.raw`^C:\\Users$`],
    ['a pattern without backslashes', '^(minor|patch)$'],
  ];
  for (const [what, pattern] of untouched) {
    it(`leaves ${what} as it is`, () => {
      const compiled = compileSafe(pattern);
      assert.deepEqual([compiled.pattern, compiled.collapsed], [pattern, false]);
    });
  }

  const refused: [string, RegExp][] = [
    ['(?=a)b', /"\(\?=a\)b".*lookahead.*not part of RE2/],
    ['(?<!a)b', /lookbehind/],
    [String.raw`(a)\1`, /references to groups/],
    ['(a', /"\(a" cannot be used: missing closing \)/],
    ['[a', /missing closing \]/],
    ['a)', /unexpected \)/],
    ['a**', /invalid nested repetition/],
    ['x{1001}', /above 1,000/],
    ['(a?){500}a{400}', /too large.*at most 1000/],
    ['a'.repeat(PATTERN_MAX + 1), /513 characters; at most 512/],
    ['(\u001b[31m', /"\(" cannot be used/],
  ];
  for (const [pattern, message] of refused) {
    it(`refuses ${pattern.slice(0, 30)} and says why`, () => {
      assert.throws(
        () => compileSafe(pattern),
        (error) => error instanceof PatternError && message.test(error.message),
      );
    });
  }

  it('answers patterns that backtracking engines take exponential time for', () => {
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(x+x+)+y']) {
      assert.equal(compileSafe(pattern).test(`${'a'.repeat(1000)}!`), false, pattern);
    }
  });
});
