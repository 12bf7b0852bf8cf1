import type { CheckResult } from '../../api/types.ts';
import { compareResults, type ResultComparison } from '../../checks/results/compare.ts';
import { normalizedFailures } from '../../checks/results/normalized.ts';
import type { TestCounts, TestResults } from '../../checks/results/results.ts';
import { clip, plainText } from '../../domain/text.ts';
import type { CheckRun } from './check-runner.ts';

/** The note of a check that fails on the base as it fails on the change. */
export const FAILED_BEFORE = 'failed before the change';
/** The note of a check whose command could not be run on the base. */
export const NOT_COMPARED = 'not compared with the base, which could not be prepared';
/** Names of new failures in a status, and the characters of one: what the CRD takes. */
const MAX_NAMES = 20;
const MAX_NAME = 200;
/** Characters of a failing line in a note. */
const MAX_LINE = 80;

const NONE: TestCounts = { run: 0, passed: 0, failed: 0, skipped: 0 };

const countsOf = ({ run, passed, failed, skipped }: TestCounts): TestCounts => ({
  run,
  passed,
  failed,
  skipped,
});

/** Names of tests as a status takes them. */
export const shownNames = (names: readonly string[]): string[] =>
  names.slice(0, MAX_NAMES).map((name) => clip(plainText(name), MAX_NAME));

/** Tests of the change beside those of the base. A suite whose output stated a count on the base and states none now ran no test. */
function testsOf(base: TestResults | undefined, change: TestResults | undefined): CheckResult['tests'] {
  if (!base && !change) return undefined;
  return { ...countsOf(change ?? NONE), ...(base && { baseline: countsOf(base) }) };
}

/**
 * The result of a check on the change, judged by its run on the base: `worse` says whether it got worse, `tests.newFailures` or a note
 * what. Without tests by name, the exit code and the failing lines (numbers, times and paths left out) are compared.
 */
export function compareRuns(change: CheckRun, base: CheckRun): CheckResult {
  const tests = testsOf(base.tests, change.tests);
  const result: CheckResult = {
    ...change.result,
    base: base.result.result === 'passed' ? 'passed' : 'failed',
    ...(tests && { tests }),
  };
  if (result.result !== 'failed') return result;
  const compared = compareResults(base.tests, change.tests);
  const names = shownNames(compared.newFailures.names);
  if (names.length > 0 && result.tests) result.tests.newFailures = names;
  if (result.base === 'passed' || names.length > 0) return { ...result, worse: true };
  const worse =
    worseByNumbers(compared) ?? (compared.by === 'names' ? undefined : worseByOutput(base, change));
  return worse ? { ...result, worse: true, note: worse } : { ...result, worse: false, note: FAILED_BEFORE };
}

const worseByNumbers = ({ newFailures, isLost }: ResultComparison): string | undefined => {
  if (isLost) return 'the tests did not come to their end';
  return newFailures.count > 0 ? `${newFailures.count} more failed than on the base` : undefined;
};

/** Why a check that fails on the base too is worse on the change, by its exit code and its failing lines. */
function worseByOutput(base: CheckRun, change: CheckRun): string | undefined {
  const [before, now] = [base.result.exitCode, change.result.exitCode];
  if (before !== now)
    return now === undefined
      ? 'did not end in time, and did on the base'
      : `exit code ${now}, on the base ${before ?? 'it did not end in time'}`;
  const known = normalizedFailures(base.output, [base.dir]);
  const line = [...normalizedFailures(change.output, [change.dir])].find((one) => !known.has(one));
  return line === undefined ? undefined : `new: ${clip(plainText(line), MAX_LINE)}`;
}
