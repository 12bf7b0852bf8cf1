import { readerOf } from '../format.ts';
import { before } from '../match.ts';

/** GoogleTest, run by hand. Names are suite and test: `Suite.Breaks`. */
export const googletest = readerOf({
  runner: 'googletest',
  tests: [
    { is: /^\[ {7}OK \] (\S+?),?(?: where .*)? \(\d+ ms\)$/, outcome: 'passed' },
    { is: /^\[ {2}FAILED {2}\] (\S+?),?(?: where .*)? \(\d+ ms\)$/, outcome: 'failed' },
    { is: /^\[ {2}SKIPPED \] (\S+?),?(?: where .*)? \(\d+ ms\)$/, outcome: 'skipped' },
  ],
  closing: /^\[={10}\] \d+ tests? from \d+ test (?:suites?|cases?) ran\./,
  counts: () => ({}),
});

/** doctest and Catch2: `test cases: 3 | 2 passed | 1 failed`. Only doctest names what failed. */
export const catch2 = readerOf({
  runner: 'catch2',
  tests: [{ is: /^TEST CASE: {2}(\S.*)$/, outcome: 'failed' }],
  closing:
    /^(?:\[doctest\] )?(?:test cases: +(\d+.*)|All tests passed \(\d+ assertions? in (\d+) test cases?\)|(No tests ran))$/,
  counts: ([, text, all]) => ({
    passed: text ? before(text, 'passed') : Number(all ?? 0),
    failed: before(text ?? '', 'failed'),
    skipped: before(text ?? '', 'skipped', 'failed as expected'),
  }),
});
