import assert from 'node:assert/strict';
import { age, humanDuration } from '../../../src/cli/output/age.ts';

const [S, M, H, D, Y] = [1, 60, 3600, 86_400, 365 * 86_400];

/** The table of apimachinery's own tests, and its edges. */
const CASES: [number, string][] = [
  [-2 * S, '<invalid>'],
  [-1.9 * S, '0s'],
  [0, '0s'],
  [0.999 * S, '0s'],
  [S, '1s'],
  [70 * S, '70s'],
  [2 * M - S, '119s'],
  [2 * M, '2m'],
  [3 * M + 20 * S, '3m20s'],
  [10 * M - S, '9m59s'],
  [10 * M, '10m'],
  [10 * M + S, '10m'],
  [3 * H - S, '179m'],
  [3 * H, '3h'],
  [3 * H + M, '3h1m'],
  [8 * H - S, '7h59m'],
  [8 * H, '8h'],
  [8 * H + M, '8h'],
  [47 * H, '47h'],
  [2 * D, '2d'],
  [2 * D + 3 * H, '2d3h'],
  [8 * D - H, '7d23h'],
  [8 * D, '8d'],
  [8 * D + H, '8d'],
  [400 * D, '400d'],
  [2 * Y - S, '729d'],
  [2 * Y, '2y'],
  [2 * Y + D, '2y1d'],
  [8 * Y - S, '7y364d'],
  [8 * Y, '8y'],
  [9 * Y + 10 * D, '9y'],
  [Number.NaN, '<invalid>'],
];

describe('humanDuration', () => {
  for (const [seconds, text] of CASES) {
    it(`prints ${seconds} seconds as kubectl does: ${text}`, () =>
      assert.equal(humanDuration(seconds * 1000), text));
  }
});

describe('age', () => {
  it('counts from an RFC 3339 time, and knows none', () => {
    const now = new Date('2025-11-12T10:00:00Z');
    assert.equal(age('2025-11-12T11:59:30+02:00', now), '30s');
    assert.equal(age(undefined, now), '<unknown>');
    assert.equal(age('soon', now), '<unknown>');
  });
});
