import type { ReaderMaker } from '../reader.ts';
import type { Format } from '../format.ts';
import { readerOf } from '../format.ts';
import { behind } from '../match.ts';

const test = (word: string): RegExp =>
  new RegExp(`^ {2}(?:${word}) (\\S.*?) (?:\\[(?:< )?[\\d.,hms ]+\\]|\\(\\d[\\dhms .]*\\))$`);

const TESTS: Format['tests'] = [
  { is: test('Passed'), outcome: 'passed' },
  { is: test('Failed'), outcome: 'failed' },
  { is: test('Skipped'), outcome: 'skipped' },
];

/** `dotnet test`, one line a project: `Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 12 ms - Demo.dll (net8.0)`. */
const BY_PROJECT: Format = {
  runner: 'dotnet test',
  tests: TESTS,
  closing: /^(?:Passed|Failed|Skipped)! +- (Failed: +\d+, Passed: +\d+, Skipped: +\d+, Total: +\d+)/,
  counts: ([, text = '']) => ({
    passed: behind(text, 'Passed'),
    failed: behind(text, 'Failed'),
    skipped: behind(text, 'Skipped'),
  }),
};

export const dotnet: ReaderMaker = readerOf(BY_PROJECT);
