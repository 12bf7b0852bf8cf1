import assert from 'node:assert/strict';
import { GlobError, readGlob } from '../../src/domain/glob.ts';

const CASES: [glob: string, matching: string[], others: string[]][] = [
  [
    'github.com/o/r',
    ['github.com/o/r'],
    ['github.com/o/r2', 'github.com/o', 'github.com/o/r/x', 'githubXcom/o/r'],
  ],
  [
    'github.com/o/*',
    ['github.com/o/r', 'github.com/o/.github'],
    ['github.com/o', 'github.com/o/', 'github.com/o/a/b', 'github.com/O/r'],
  ],
  [
    'github.com/o/**',
    ['github.com/o', 'github.com/o/a', 'github.com/o/a/b'],
    ['github.com/oo/a', 'github.com'],
  ],
  ['**/app', ['app', 'a/app', 'a/b/app'], ['a/app/b', 'a/myapp']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z', 'a/z/z'], ['a/zz', 'b/a/z']],
  ['**', ['a', 'a/b'], []],
  ['**/a/**/b', ['a/b', 'x/a/y/a/b', 'a/x/b'], ['b/a', 'a']],
  ['*', ['golang:1.26', '.x'], ['a/b', '']],
  ['golang:*', ['golang:1.26', 'golang:'], ['x/golang:1', 'golang']],
  ['*-app*', ['my-app', 'my-app-app', '-app'], ['app', 'my/-app']],
  [
    '*.example.com/*',
    ['git.example.com/x'],
    ['example.com/x', 'git.example.com.evil/x', 'evil/git.example.com/x'],
  ],
  ['a?c', ['abc', 'a.c'], ['ac', 'abbc', 'a/c']],
  ['v[0-9]', ['v1'], ['va', 'v', 'v12']],
  ['v[!0-9]', ['va'], ['v1', 'v/']],
  ['[a]', ['a'], ['[a]']],
  ['a[', ['a['], ['a']],
  ['{a,b}/{c,d*}', ['a/c', 'b/dd'], ['a/b', 'c/c', '{a,b}/c']],
  ['{a,b{c,d}}', ['a', 'bc', 'bd'], ['b', 'bcd']],
  ['{a}', ['{a}'], ['a']],
  ['ü?😀[😀-😂]', ['ü😀😀😁'], ['ü😀😀a']],
  ['a\\*', ['a*'], ['ab']],
  ['\\{a,b}', ['{a,b}'], ['a']],
  ['a(b)', ['a(b)'], ['ab']],
  ['a+b$|^', ['a+b$|^'], ['aab']],
  ['a/**', [], ['a/../b', 'a/./b', 'a/..']],
];

describe('globs of what is allowed', () => {
  for (const [glob, matching, others] of CASES)
    it(`${glob} is ${matching.join(', ') || 'nothing'} and not ${others.join(', ') || 'more'}`, () => {
      const read = readGlob(glob);
      for (const text of matching) assert.ok(read.matches(text), text);
      for (const text of others) assert.ok(!read.matches(text), text);
    });

  for (const glob of [
    '!a',
    '@(a|b)',
    '+(a)',
    'x*(a)',
    '{1..9}',
    '{a,b}'.repeat(7),
    `{${'a'.repeat(300)},b}${'{c,d}'.repeat(4)}`,
  ])
    it(`${glob} is refused, since it would mean something else than elsewhere`, () => {
      assert.throws(() => readGlob(glob), GlobError);
    });

  // With a backtracking engine each of these takes longer than anybody waits: mocha's own time limit judges.
  const SLOW: [glob: string, text: string][] = [
    [`${'*a'.repeat(255)}z`, 'a'.repeat(512)],
    [`${'**/a/'.repeat(100)}z`, 'a/'.repeat(256)],
    [`${'**/*a*/'.repeat(70)}z`, 'aa/'.repeat(170)],
    [`*${'a'.repeat(500)}b`, 'a'.repeat(512)],
    ['{a*,a*}'.repeat(6), 'a'.repeat(511) + 'b'],
  ];
  for (const [glob, text] of SLOW)
    it(`${glob.slice(0, 20)}… takes a moment, whatever it meets`, () => {
      const read = readGlob(glob);
      for (let round = 0; round < 100; round++) read.matches(text);
    });

  it('a text longer than any name matches nothing', () => {
    assert.ok(!readGlob('*').matches('a'.repeat(513)));
  });
});
