import assert from 'node:assert/strict';
import type { Kind } from '../../../src/api/types.ts';
import { crdShape } from '../../../src/server/shapes/crd-shape.ts';

describe("a request's field has the CRD's own limits", () => {
  const cases: [what: string, kind: Kind, field: string, value: unknown, good: boolean][] = [
    ['an agent', 'AgenticSession', 'agent', { type: 'claude', maxTurns: 5, maxBudgetUSD: 1.5 }, true],
    ['an agent without a type', 'AgenticSession', 'agent', { model: 'x' }, false],
    ['an agent whose type breaks the pattern', 'AgenticSession', 'agent', { type: 'Claude!' }, false],
    ['a number below the least', 'AgenticSession', 'agent', { type: 'claude', maxTurns: 0 }, false],
    ['a number above the most', 'AgenticSession', 'agent', { type: 'claude', maxTurns: 1001 }, false],
    [
      'a fraction where a whole number belongs',
      'AgenticSession',
      'agent',
      { type: 'claude', maxTurns: 1.5 },
      false,
    ],
    ['a field that is not there', 'AgenticSession', 'agent', { type: 'claude', turns: 1 }, false],
    ['checks', 'AgenticSession', 'checks', [{ name: 'a', run: 'b' }], true],
    [
      'too many checks',
      'AgenticSession',
      'checks',
      Array.from({ length: 21 }, () => ({ name: 'a', run: 'b' })),
      false,
    ],
    ['a text that is too long', 'AgenticSession', 'image', 'x'.repeat(513), false],
    ['a text that is empty', 'AgenticSession', 'allowedPaths', [''], false],
    ['a boolean', 'AgenticSession', 'queue', true, true],
    ['a text for a boolean', 'AgenticSession', 'queue', 'true', false],
    ['a map of texts', 'AgenticSession', 'parameters', { a: 'b' }, true],
    ['a map of numbers', 'AgenticSession', 'parameters', { a: 1 }, false],
    ['one of the words', 'TaskTemplate', 'parameters', [{ name: 'a', type: 'integer' }], true],
    ['none of the words', 'TaskTemplate', 'parameters', [{ name: 'a', type: 'number' }], false],
  ];
  for (const [what, kind, field, value, good] of cases)
    it(`${what} is ${good ? 'taken' : 'refused'}`, () =>
      assert.equal(crdShape(kind, field).safeParse(value).success, good));

  it('a field that the CRD lacks is a mistake of ours, told at start', () => {
    assert.throws(() => crdShape('AgenticSession', 'colour'), /has no field spec\.colour/);
  });
});
