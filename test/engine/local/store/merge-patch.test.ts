import assert from 'node:assert/strict';
import { mergePatch } from '../../../../src/engine/local/store/merge-patch.ts';

/** The examples of RFC 7386, appendix A: original, patch, result. */
const EXAMPLES: [string, string, string][] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

describe('JSON merge patch', () => {
  for (const [original, patch, result] of EXAMPLES) {
    it(`${original} with ${patch} is ${result}`, () => {
      const target: unknown = JSON.parse(original);
      assert.deepEqual(mergePatch(target, JSON.parse(patch)), JSON.parse(result));
      assert.deepEqual(target, JSON.parse(original), 'the original changed');
    });
  }

  it('undefined changes nothing', () => {
    assert.deepEqual(mergePatch({ a: 1 }, { a: undefined, b: undefined }), { a: 1 });
  });

  it('a field named __proto__ reaches no prototype', () => {
    const merged = mergePatch(
      {},
      JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}'),
    );
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.equal(Reflect.get({}, 'x'), undefined);
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  });
});
