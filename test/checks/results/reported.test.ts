import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareResults } from '../../../src/checks/results/compare.ts';
import { failingLines } from '../../../src/checks/results/failing-lines.ts';
import { normalizedFailures, normalizedLines } from '../../../src/checks/results/normalized.ts';
import { resultsOf } from './results-of.ts';

/** The results of a golden output. */
const of = (name: string) => resultsOf(readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8'));

/** What a script prints that asserts by hand. */
const script = (...broken: string[]): string =>
  broken.map((name) => `${name}: expected 1, got 2 after 3 ms\n`).join('');

describe('what was reported of real repositories', () => {
  it('a removed test file with `node --test` empties the suite, although the exit code is 0', () => {
    const { isEmptied, gone, newFailures } = compareResults(of('node-r1-base'), of('node-r1-removed'));
    assert.deepEqual([isEmptied, gone.names, newFailures.count], [true, ['works', 'other'], 0]);
  });

  it('a test turned into test.skip is newly skipped', () => {
    const { isEmptied, gone, newlySkipped } = compareResults(of('node-r1-base'), of('node-r1-skip'));
    assert.deepEqual([isEmptied, gone.count, newlySkipped.names], [false, 0, ['other']]);
  });

  it('the last test file of a Go package removed empties it, although the exit code is 0', () => {
    const results = compareResults(
      resultsOf('ok  \texample.com/x\t0.003s'),
      resultsOf('?   \texample.com/x\t[no test files]'),
    );
    assert.equal(results.isEmptied, true);
  });

  it('a second assertion that breaks behind a red one is seen in the lines of a script without a runner', () => {
    const base = normalizedLines(script('first'));
    assert.deepEqual(
      [...normalizedLines(script('first', 'second'))].filter((line) => !base.has(line)),
      ['second: expected N, got N after DURATION'],
    );
  });

  it('an old finding of a linter stays old after an edit above it, and a new finding counts as new', () => {
    const base = normalizedFailures(
      '/a/src/x.js\n  3:1  error  Bad  no-bad\n\n1 problem (1 error, 0 warnings)\n',
    );
    const change = normalizedFailures(
      '/b/src/x.js\n  9:1  error  Bad  no-bad\n  12:1  error  Worse  no-worse\n',
    );
    assert.deepEqual(
      [...change].filter((line) => !base.has(line)),
      ['x.js: N:N error Worse no-worse'],
    );
  });

  it('a failure above 40 lines that pass is shown', () => {
    const output = [
      'not ok 3 - adds',
      ...Array.from({ length: 40 }, (_, index) => `ok ${index + 4} - more`),
    ].join('\n');
    assert.equal(failingLines(output)[0], 'not ok 3 - adds');
  });
});
