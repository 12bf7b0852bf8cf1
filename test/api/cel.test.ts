import assert from 'node:assert/strict';
import { ruleErrors, type CelRule } from '../../src/api/cel.ts';
import type { SchemaNode } from '../../src/api/validate-tree.ts';

const schema: SchemaNode = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { count: { type: 'integer' }, cost: { type: 'number' }, name: { type: 'string' } },
    },
  },
};
const rule = (text: string, transition = false): CelRule => ({
  path: ['spec'],
  rule: text,
  message: 'is refused',
  transition,
});

/** A rule, an object's spec, the old one's, and the refusal or nothing. */
const CASES: [string, CelRule, object | undefined, object | undefined, string?][] = [
  [
    'integers are compared with integers',
    rule('self.count >= 3 && self.count / 2 == 1'),
    { count: 3 },
    undefined,
  ],
  ['numbers are doubles', rule('self.cost / 2.0 == 0.5'), { cost: 1 }, undefined],
  ['a field that is absent is seen by has()', rule('!has(self.name)'), {}, undefined],
  ['size() counts characters, not UTF-16 units', rule('self.name.size() == 1'), { name: '🦄' }, undefined],
  ['an absent value is not judged', rule('false'), undefined, undefined],
  ['false refuses', rule('self.count > 3'), { count: 3 }, undefined, 'Invalid value: is refused'],
  ['an error refuses', rule('self.name == "a"'), {}, undefined, 'evaluating rule: is refused'],
  ['a rule that does not parse refuses', rule('self.name =='), {}, undefined, 'evaluating rule: is refused'],
  [
    'a value that is not a boolean refuses',
    rule('self.count'),
    { count: 1 },
    undefined,
    'Invalid value: is refused',
  ],
  [
    'a transition rule is left out on create',
    rule('self.count == oldSelf.count', true),
    { count: 1 },
    undefined,
  ],
  [
    'a transition rule refuses on update',
    rule('self.count == oldSelf.count', true),
    { count: 1 },
    { count: 2 },
    'Invalid value: is refused',
  ],
  ['what was refused before and has not changed passes', rule('self.count > 3'), { count: 3 }, { count: 3 }],
  [
    'what was refused before and has changed does not',
    rule('self.count > 3'),
    { count: 2 },
    { count: 3 },
    'Invalid value: is refused',
  ],
];

describe('CEL rules', () => {
  for (const [name, one, spec, old, wanted] of CASES)
    it(name, async () => {
      const errors = await ruleErrors([one], schema, { spec }, old && { spec: old });
      if (wanted === undefined) return assert.deepEqual(errors, []);
      assert.equal(errors.length, 1);
      assert.equal(errors[0]?.path, 'spec');
      assert.ok(errors[0].message.endsWith(wanted), errors[0].message);
    });
});
