import assert from 'node:assert/strict';
import { sameJson } from '../../src/domain/equal.ts';

const CASES: [string, unknown, unknown, boolean][] = [
  ['equal numbers are the same', 1, 1, true],
  ['zero and minus zero are the same, as in JSON', 0, -0, true],
  ['a number and its text differ', 1, '1', false],
  ['null and an object differ', null, {}, false],
  ['null and null are the same', null, null, true],
  ['the order of fields does not matter', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ['an undefined field counts as absent', { a: 1, b: undefined }, { a: 1 }, true],
  ['an undefined field does not stand for another one', { a: undefined, b: 1 }, { c: 1 }, false],
  ['a null field is not absent', { a: null }, {}, false],
  ['the order of items matters', [1, 2], [2, 1], false],
  ['a shorter list differs', [1, 2], [1], false],
  ['a list and an object differ', [], {}, false],
  ['depth makes no difference', { a: [{ b: { c: [1] } }] }, { a: [{ b: { c: [1] } }] }, true],
  ['a difference far down is found', { a: [{ b: { c: [1] } }] }, { a: [{ b: { c: [2] } }] }, false],
  ['a field that every object inherits does not count as a field', { constructor: 1 }, { a: 1 }, false],
];

describe('sameJson', () => {
  for (const [promise, a, b, wanted] of CASES)
    it(promise, () => {
      assert.equal(sameJson(a, b), wanted);
      assert.equal(sameJson(b, a), wanted);
    });
});
