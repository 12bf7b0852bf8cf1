import { readerOf } from '../format.ts';
import { behind } from '../match.ts';

/** HUnit and OUnit: `Cases: 3  Tried: 3  Errors: 0  Failures: 1`, the last of several such lines. */
export const hunit = readerOf({
  runner: 'hunit',
  tests: [{ is: /^(?:### (?:Failure|Error) in: |Error: )(\S.*?)\.?$/, outcome: 'failed' }],
  closing: /^(?:FAILED: |OK: )?Cases: (\d+) +Tried: (\d+) +(Errors: .*)$/,
  counts: ([, cases, tried, text = '']) => {
    if (cases !== tried) return undefined;
    const failed = behind(text, 'Errors', 'Failures', 'Timeouts');
    const skipped = behind(text, 'Skip', 'Todo');
    return { passed: Math.max(Number(tried) - failed - skipped, 0), failed, skipped };
  },
});
