import assert from 'node:assert/strict';
import { collectResults } from '../../../src/checks/results/collect.ts';
import { failingLines } from '../../../src/checks/results/failing-lines.ts';
import { normalizedFailures } from '../../../src/checks/results/normalized.ts';
import { resultsOf } from './results-of.ts';

/** Output that states no results, however much it looks like it. */
const SILENT = [
  '',
  'ok',
  'OK',
  'PASS',
  'FAIL',
  'done in 3.2s',
  '5 files changed, 3 insertions',
  'Found 3 errors in 2 files',
  '✔ works',
  'Tests are fine',
  'ok 1 - a point outside of any plan',
  'Compiled 3 files, 0 failures',
  'Error: nothing works',
];

/** Pieces that patterns begin with, repeated until the line is 64 KiB. */
const PIECES = [
  ' ',
  '\t',
  'a',
  '1',
  '1 ',
  '# ',
  ' # ',
  'ok ',
  'not ok 1 - ',
  '1..',
  '- ',
  '(',
  ' (1 ms) ',
  ' > ',
  '::',
  'a::b PASSED (',
  '1 passed, ',
  '=',
  '/a',
  '/tmp/',
  '[',
  '\u001b[',
  '\u001b]',
  '\r',
  '{"a":',
  'test a ... ',
  'Error: ',
  '. ',
  ' FAILED',
  '…',
  '✖ ',
  ': 1',
  'a.py:1:',
  '0x',
  '0f',
  'Tests: 1 ',
  'Executed ',
  '─',
  '[INFO] ',
];

describe('output that is against the readers', () => {
  for (const line of SILENT)
    it(`states nothing by ${JSON.stringify(line)}`, () => assert.equal(resultsOf(line), undefined));

  it('costs linear time whatever a long line repeats', () => {
    const collector = collectResults();
    for (const piece of PIECES)
      for (const end of ['', '!', ' FAILED', ')'])
        for (const begin of ['', '  ', 'FAILED ', '✔ ', 'not ok 1 ', 'test ']) {
          const line = begin + piece.repeat(65_536 / piece.length) + end;
          collector.line(line);
          failingLines([line]);
          normalizedFailures([line]);
        }
    collector.end();
  });

  it('keeps at most 500 failures, and says that some are not named', () => {
    const read = resultsOf(
      ['1..700', ...Array.from({ length: 700 }, (_, index) => `not ok ${index + 1} - test ${index}`)].join(
        '\n',
      ),
    );
    assert.deepEqual([read?.failed, read?.failures.length, read?.isNamed], [700, 500, false]);
  });

  it('keeps no names of passed tests above 20,000, and counts on', () => {
    const collector = collectResults();
    collector.line('TAP version 13');
    for (let index = 1; index <= 20_001; index++) collector.line(`ok ${index} - test ${index}`);
    const read = collector.end();
    assert.deepEqual([read?.passed, read?.passes], [20_001, undefined]);
  });

  it('counts suites without end', () => {
    const collector = collectResults();
    for (let index = 0; index < 10_000; index++) collector.line(`ok  \texample.com/p${index}\t0.001s`);
    assert.equal(collector.end()?.passed, 10_000);
  });
});
