import assert from 'node:assert/strict';
import { mergePatch } from '../../src/engine/local/store/merge-patch.ts';
import { replacingPatch } from '../../src/service/replacing-patch.ts';

describe('a patch that replaces', () => {
  const cases: [what: string, old: object, wanted: object][] = [
    ['another value', { a: 1 }, { a: 2 }],
    ['a field that is gone', { a: 1, b: 2 }, { a: 1 }],
    ['a field that is new', { a: 1 }, { a: 1, b: { c: 2 } }],
    ['a field further down that is gone', { a: { b: 1, c: 2 } }, { a: { b: 1 } }],
    ['a list for another', { a: [1, 2, 3] }, { a: [4] }],
    ['a text for an object', { a: { b: 1 } }, { a: 'b' }],
    ['an object for a text', { a: 'b' }, { a: { b: 1 } }],
    ['nothing for everything', { a: 1, b: { c: 2 } }, {}],
  ];
  for (const [what, old, wanted] of cases)
    it(`leaves just what is wanted: ${what}`, () =>
      assert.deepEqual(mergePatch(old, replacingPatch(old, wanted)), wanted));

  it('a field that is wanted undefined is gone', () => {
    assert.deepEqual(replacingPatch({ a: 1 }, { a: undefined }), { a: null });
  });
});
