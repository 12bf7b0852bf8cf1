import assert from 'node:assert/strict';
import { count, dollars, span } from '../../src/domain/figures.ts';

describe('figures', () => {
  for (const [seconds, words] of [
    [0.44, '0.4 s'],
    [42.4, '42 s'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3720, '1 h 2 min'],
  ] as const)
    it(`${seconds} s are ${words}`, () => assert.equal(span(seconds), words));

  it('counts and amounts are short', () =>
    assert.deepEqual(
      [count(950), count(12_345), count(1_200_000), dollars(0.0421), dollars(12)],
      ['950', '12.3 k', '1.2 M', '$0.042', '$12.00'],
    ));
});
