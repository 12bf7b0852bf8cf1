import { readerOf } from '../format.ts';
import { behind } from '../match.ts';

/** sbt's own line for any framework: `[error] Failed: Total 3, Failed 1, Errors 0, Passed 2, Skipped 1`. */
export const sbt = readerOf({
  runner: 'sbt',
  tests: [
    // JUnit, MUnit
    { is: /^\[error\] Test (\S+) failed: /, outcome: 'failed' },
    { is: /^==> X (\S+\.\S.*?) +[\d.]+s/, outcome: 'failed' },
    // ScalaTest
    { is: /^\[info\] *- (\S.*) \*\*\* FAILED \*\*\*(?: \(.*\))?$/, outcome: 'failed' },
  ],
  closing: /^\[(?:info|error)\] (?:Passed|Failed|Error): (Total \d+, Failed \d+, Errors \d+, Passed \d+.*)$/,
  counts: ([, text = '']) => {
    const fields = text.replace(/(\w+) (\d+)/g, '$1: $2');
    return {
      passed: behind(fields, 'Passed'),
      failed: behind(fields, 'Failed', 'Errors'),
      skipped: behind(fields, 'Skipped', 'Ignored', 'Canceled', 'Pending'),
    };
  },
});
