import assert from 'node:assert/strict';
import { compareResults, type ResultComparison } from '../../../src/checks/results/compare.ts';
import type { TestResults } from '../../../src/checks/results/results.ts';

/** Results that name each test. */
const named = (passes: string[], failures: string[] = [], skips: string[] = []): TestResults => ({
  ...counted(passes.length, failures.length, skips.length),
  failures,
  passes,
  skips,
  isNamed: true,
});

/** Results that only count. */
const counted = (passed: number, failed = 0, skipped = 0): TestResults => ({
  run: passed + failed,
  passed,
  failed,
  skipped,
  runners: ['mocha'],
  failures: [],
  isNamed: failed === 0,
});

const NONE = { count: 0, names: [] };
const some = (...names: string[]) => ({ count: names.length, names });
const number = (count: number) => ({ count, names: [] });

type Row = [
  promise: string,
  base: TestResults | undefined,
  change: TestResults | undefined,
  Partial<ResultComparison>,
];

const rows: Row[] = [
  ['the same failures do not count as new', named(['a'], ['b']), named(['a'], ['b']), { by: 'names' }],
  [
    'a test that passed and fails now is found on a red base',
    named(['a', 'c'], ['b']),
    named(['c'], ['b', 'a']),
    { newFailures: some('a') },
  ],
  [
    'one fixed and another broken is not the same',
    named(['a'], ['b']),
    named(['b'], ['a']),
    { newFailures: some('a'), fixed: some('b') },
  ],
  ['a new test that fails is a new failure', named(['a']), named(['a'], ['n']), { newFailures: some('n') }],
  ['a removed test is named', named(['a', 'b']), named(['a']), { gone: some('b') }],
  ['a renamed test is gone by its name', named(['a', 'b']), named(['a', 'c']), { gone: some('b') }],
  [
    'a test turned into test.skip is skipped, not gone',
    named(['a', 'b']),
    named(['a'], [], ['b']),
    { newlySkipped: some('b') },
  ],
  ['a new test that is skipped takes nothing away', named(['a']), named(['a'], [], ['b']), {}],
  ['the only test removed empties the suite', named(['a']), named([]), { gone: some('a'), isEmptied: true }],
  ['an empty suite that stays empty is not emptied', named([]), named([]), {}],
  [
    'more failures are new ones without names',
    counted(3, 1),
    counted(2, 2),
    { by: 'numbers', newFailures: number(1) },
  ],
  [
    'fewer failures are fixed ones without names',
    counted(2, 2),
    counted(3, 1),
    { by: 'numbers', fixed: number(1) },
  ],
  ['fewer tests are gone without names', counted(5), counted(3), { gone: number(2) }],
  ['more skips are new without names', counted(5), counted(3, 0, 2), { newlySkipped: number(2) }],
  [
    'a second failing test of the same name counts',
    { ...counted(3, 1), failures: ['works'], isNamed: true },
    { ...counted(2, 2), failures: ['works'], isNamed: true },
    { by: 'names', newFailures: number(1) },
  ],
  [
    'a run that states nothing after one that did is lost',
    counted(5),
    undefined,
    { by: 'nothing', gone: number(5), isLost: true },
  ],
  ['nothing can be said without a base', undefined, counted(3, 2), { by: 'nothing' }],
  ['nothing can be said of nothing', undefined, undefined, { by: 'nothing' }],
];

describe('results on the base and on the change', () => {
  for (const [promise, base, change, expected] of rows)
    it(promise, () => {
      const nothing = {
        newFailures: NONE,
        fixed: NONE,
        gone: NONE,
        newlySkipped: NONE,
        isEmptied: false,
        isLost: false,
      };
      assert.deepEqual(compareResults(base, change), { by: 'names', ...nothing, ...expected });
    });
});
