import assert from 'node:assert/strict';
import { verbOf } from '../../src/cli/global-options.ts';

describe('verbOf', () => {
  for (const [line, verb] of [
    ['list', 'list'],
    ['-n team list', 'list'],
    ['--namespace=team list', 'list'],
    ['-A -o json list x', 'list'],
    ['--color always get', 'get'],
    ['-n', undefined],
    ['--help', undefined],
    ['', undefined],
  ] as const) {
    it(`finds ${verb} in "${line}"`, () => assert.equal(verbOf(line.split(' ').filter(Boolean)), verb));
  }
});
