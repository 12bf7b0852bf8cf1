import type { Format } from '../format.ts';
import { readerOf } from '../format.ts';
import { before } from '../match.ts';

/** ExUnit: `  1) test breaks (DemoTest)`, with --trace `  * test works (0.1ms) [L#4]`, then `1 doctest, 4 tests, 2 failures, 1 skipped`. */
const EXUNIT: Format = {
  runner: 'exunit',
  tests: [
    {
      is: /^ +\d+\) (\S.* \([\w.]+\))$/,
      outcome: 'failed',
    },
  ],
  closing: /^((?:\d+ (?:doctests?|propert(?:y|ies)|tests?|features?), )+\d+ failures?(?:, \d+ \w+)*)$/,
  counts: ([, text = '']) => {
    const failed = before(text, 'failures?', 'invalid');
    const skipped = before(text, 'skipped');
    const all = before(text, 'doctests?', 'property', 'properties', 'tests?', 'features?');
    return { passed: Math.max(all - failed - skipped - before(text, 'excluded'), 0), failed, skipped };
  },
};

export const exunit = readerOf(EXUNIT);
