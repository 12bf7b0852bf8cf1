import { readerOf } from '../format.ts';
import type { ReaderMaker } from '../reader.ts';

/** Closing lines that several small runners share, without names of tests. */
export const PLAIN: ReaderMaker[] = [
  // tasty, EUnit, Zig, older Automake: `All 3 tests passed`
  readerOf({
    runner: 'tests',
    isPlain: true,
    closing: /^ *All (\d+) tests? passed(?:\.| \([\d.]+s\))?$/,
    counts: ([, passed]) => ({ passed: Number(passed), failed: 0, skipped: 0 }),
  }),
  // tasty, older Automake: `1 out of 3 tests failed (0.00s)`, `1 of 3 tests failed`
  readerOf({
    runner: 'tests',
    isPlain: true,
    closing: /^(\d+) (?:out )?of (\d+) tests? failed(?: \([\d.]+s\))?$/,
    counts: ([, failed, all]) => ({
      passed: Math.max(Number(all) - Number(failed), 0),
      failed: Number(failed),
    }),
  }),
  // EUnit: `Failed: 1.  Skipped: 0.  Passed: 2.`
  readerOf({
    runner: 'eunit',
    closing: /^ *Failed: (\d+)\. +Skipped: (\d+)\. +Passed: (\d+)\.$/,
    counts: ([, failed, skipped, passed]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(skipped),
    }),
  }),
  // Zig: `2 passed; 1 skipped; 1 failed.`
  readerOf({
    runner: 'zig test',
    tests: [{ is: /^\d+\/\d+ (\S.*?)\.{3}FAIL\b/, outcome: 'failed' }],
    closing: /^(\d+) passed; (\d+) skipped; (\d+) failed\.$/,
    counts: ([, passed, skipped, failed]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(skipped),
    }),
  }),
  // Busted: `3 successes / 1 failure / 0 errors / 1 pending : 0.01 seconds`
  readerOf({
    runner: 'busted',
    closing: /^(\d+) success(?:es)? \/ (\d+) failures? \/ (\d+) errors? \/ (\d+) pending : /,
    counts: ([, passed, failures, errors, pending]) => ({
      passed: Number(passed),
      failed: Number(failures) + Number(errors),
      skipped: Number(pending),
    }),
  }),
  // Scripts: `Tests: 3 passed, 1 failed`
  readerOf({
    runner: 'tests',
    isPlain: true,
    closing: /^(?:\w+: )?(\d+) passed[,;] (\d+) failed(?:[,;] (\d+) skipped)?\.?$/,
    counts: ([, passed, failed, skipped = 0]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(skipped),
    }),
  }),
  // tap with --reporter=terse
  readerOf({
    runner: 'tap',
    closing: /^Asserts: +(\d+) pass +(\d+) fail(?: +(\d+) skip)?(?: +(\d+) todo)? +\d+ of \d+ complete$/,
    counts: ([, passed, failed, skips = 0, todos = 0]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(skips) + Number(todos),
    }),
  }),
];
