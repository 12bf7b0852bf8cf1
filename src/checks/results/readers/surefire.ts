import type { Format } from '../format.ts';
import { readerOf } from '../format.ts';

/**
 * Maven's Surefire and Failsafe: the counts below `Results:` of each module (those of a class have a time). Errors count as failed.
 * Names are class and method: `demo.ATest.breaks`.
 */
const SUREFIRE: Format = {
  runner: 'surefire',
  tests: [
    // Surefire 3: `[ERROR] demo.ATest.breaks -- Time elapsed: 0.01 s <<< FAILURE!`
    {
      is: /^(?:\[ERROR\] )?([\w.$]+\.[^\s.]+(?: .{0,200}?)?) (?:--|-) Time elapsed: [\d.,]+ s(?:ec)? *<<< (?:FAILURE|ERROR)!$/,
      outcome: 'failed',
    },
    // Surefire 2: `[ERROR] breaks(demo.ATest)  Time elapsed: 0.01 s  <<< FAILURE!`
    {
      is: /^(?:\[ERROR\] )?(\S.{0,200}?)\(([\w.$]+)\) {1,2}Time elapsed: [\d.,]+ s(?:ec)? *<<< (?:FAILURE|ERROR)!$/,
      outcome: 'failed',
      name: ([, method, type]) => `${type}.${method}`,
    },
  ],
  closing:
    /^(?:\[(?:INFO|ERROR|WARNING)\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(?:, Flakes: \d+)?$/,
  counts: ([, run, failures, errors, skips]) => {
    const failed = Number(failures) + Number(errors);
    return { passed: Math.max(Number(run) - failed - Number(skips), 0), failed, skipped: Number(skips) };
  },
};

export const surefire = readerOf(SUREFIRE);
