import type { Format } from '../format.ts';
import { readerOf } from '../format.ts';
import { before } from '../match.ts';

const line = (words: string): RegExp =>
  new RegExp(`^ +(?:${words}) \\[[^\\]]*\\] (?:\\( *\\d+/\\d+\\) )?(\\S.*)$`);

/** cargo-nextest: `PASS [   0.003s] demo tests::works`, then `Summary [   0.5s] 3 tests run: 2 passed, 1 failed, 1 skipped`. */
const NEXTEST: Format = {
  runner: 'cargo nextest',
  tests: [
    { is: line('PASS|LEAK|FLAKY \\d+/\\d+|SLOW-PASS'), outcome: 'passed' },
    { is: line('FAIL|TIMEOUT|SIG[A-Z]+|ABORT|LEAK-FAIL|EXECFAIL|XFAIL'), outcome: 'failed' },
    { is: line('SKIP'), outcome: 'skipped' },
  ],
  closing: /^ +Summary \[[^\]]*\] +\d+(?:\/\d+)? tests? run: (.*)$/,
  counts: ([, text = '']) => ({
    passed: before(text, 'passed'),
    failed: before(text, 'failed', 'timed out', 'exec failed'),
    skipped: before(text, 'skipped'),
  }),
};

export const nextest = readerOf(NEXTEST);
