import assert from 'node:assert/strict';
import { numberIn } from '../../../src/operator/cluster/number-in.ts';

describe('a number in the environment', () => {
  for (const [text, number] of [
    [undefined, undefined],
    ['', undefined],
    ['0', 0],
    ['8081', 8081],
  ] as const)
    it(`${JSON.stringify(text)} is ${number}`, () => assert.equal(numberIn({ PORT: text }, 'PORT'), number));
  for (const text of ['-1', '1.5', '80 ', '0x50', 'many'])
    it(`${JSON.stringify(text)} is refused by its name`, () =>
      assert.throws(() => numberIn({ PORT: text }, 'PORT'), {
        code: 'Invalid',
        message: /^PORT must be a whole number/,
      }));
});
