import { readerOf } from '../format.ts';
import { before } from '../match.ts';

/** gotestsum, whatever its format: its last line counts, and what `go test` printed in between are the same tests. */
export const gotestsum = readerOf({
  runner: 'gotestsum',
  begins: /^(?:=== RUN |--- (?:PASS|FAIL)|ok {2}\t|[✓✖∅] {2}\S|(?:PASS|FAIL|EMPTY) \S)/u,
  tests: [
    {
      is: /^=== FAIL: (\S+) (\S+)/,
      outcome: 'failed',
      name: ([, name, test]) => `${name}.${test}`,
    },
    {
      is: /^=== SKIP: (\S+) (\S+)/,
      outcome: 'skipped',
      name: ([, name, test]) => `${name}.${test}`,
    },
  ],
  closing: /^DONE (?:\d+ runs, )?(\d+ tests?.*) in [\d.]+m?s$/,
  counts: ([, text = '']) => {
    const failed = before(text, 'failures?', 'errors?');
    const skipped = before(text, 'skipped');
    return { passed: Math.max(before(text, 'tests?') - failed - skipped, 0), failed, skipped };
  },
});
