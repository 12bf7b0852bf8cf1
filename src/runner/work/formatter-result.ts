import type { CheckResult } from '../../api/types.ts';

/** A formatter writes and does not judge: one that could not run fails no task, and says so. */
export const formatterResult = (result: CheckResult): CheckResult =>
  result.result === 'passed'
    ? result
    : {
        ...result,
        result: 'skipped',
        note:
          result.exitCode === undefined ? 'it did not end in time' : `it exited with code ${result.exitCode}`,
      };
