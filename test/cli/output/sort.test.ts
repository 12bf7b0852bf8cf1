import assert from 'node:assert/strict';
import { OutputError } from '../../../src/cli/output/error.ts';
import { sortBy } from '../../../src/cli/output/sort.ts';
import { SAMPLES } from './samples.ts';

const sorted = (values: unknown[]): unknown[] =>
  sortBy(
    values.map((v) => ({ v })),
    '.v',
  ).map(({ v }) => v);

const CASES: [string, unknown[], unknown[]][] = [
  ['numbers by value', [10, 9, -1, 2.5], [-1, 2.5, 9, 10]],
  ['numbers in text naturally', ['t10', 't9', 't1'], ['t1', 't9', 't10']],
  [
    'times by instant',
    ['2025-01-01T12:00:00+05:00', '2025-01-01T08:00:00Z', '2025-01-01T07:00:00.5Z'],
    ['2025-01-01T12:00:00+05:00', '2025-01-01T07:00:00.5Z', '2025-01-01T08:00:00Z'],
  ],
  ['what is missing first', ['b', undefined, 'a'], [undefined, 'a', 'b']],
  ['false before true', [true, false], [false, true]],
  ['types apart', ['a', 1, true], [true, 1, 'a']],
];

describe('sortBy', () => {
  for (const [what, values, expected] of CASES) {
    it(`sorts ${what}`, () => assert.deepEqual(sorted(values), expected));
  }

  for (const path of ['{.metadata.name}', '.metadata.name', 'metadata.name', '{metadata.name}']) {
    it(`takes the path as ${path}`, () => {
      const names = sortBy(SAMPLES.slice(0, 2), path).map(({ metadata }) => metadata.name);
      assert.deepEqual(names, ['fix-lint-2b3c4d5e', 'upgrade-lodash-1a2b3c4d']);
    });
  }

  it('keeps the order of equal items and the list that it was given', () => {
    const items = [1, 2, 3].map((id) => ({ id, same: 'x' }));
    assert.deepEqual(sortBy(items, '.same'), items);
    assert.notEqual(sortBy(items, '.same'), items);
  });

  it('refuses a path that no object has, and text that is not a path', () => {
    assert.throws(() => sortBy(SAMPLES, '.spec.nothing'), /none of the objects has \.spec\.nothing/);
    for (const path of ['', '{}', '{.a}{.b}', '.a[', '{range .a}']) {
      assert.throws(() => sortBy(SAMPLES, path), OutputError, path);
    }
    assert.deepEqual(sortBy([], '.anything'), []);
  });
});
