import assert from 'node:assert/strict';
import { BANNED, findings, findingsIn } from './plain-words.ts';

describe('plain words', () => {
  it('are used in all that users and contributors read', () =>
    assert.deepEqual(
      findings().map(({ path, line, text, instead }) => `${path}:${line}: ${text} -> ${instead}`),
      [],
    ));

  const ROWS: [text: string, count: number][] = [
    ['"5x" is no number', 1],
    ['There is no task "a".', 0],
    ['It is no longer there, and is no more than 5.', 0],
    ['Whoever mends it', 2],
    ['The stage ended without a word', 1],
    ['The amendment of the agenda', 0],
  ];
  for (const [text, count] of ROWS)
    it(`${JSON.stringify(text)} has ${count}`, () => assert.equal(findingsIn('x', text).length, count));

  it('each phrase has better words', () => {
    for (const [, instead] of BANNED) assert.notEqual(instead, '');
  });
});
