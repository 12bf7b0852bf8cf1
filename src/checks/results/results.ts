/** How one test ended. */
export type TestOutcome = 'passed' | 'failed' | 'skipped';

/** Numbers of tests. `run` counts passed and failed tests; skipped ones (also "todo", "pending", expected failures) are not run. */
export interface TestCounts {
  run: number;
  passed: number;
  /** Failed tests, and files or suites that could not be loaded: each counts as one failed test. */
  failed: number;
  skipped: number;
}

/** What the output of one run says about its tests. Present only if the output states a count. */
export interface TestResults extends TestCounts {
  /** The test runners whose output was recognised, e.g. `mocha`, `go test`. */
  runners: string[];
  /** Names of failed tests, each once, in order; at most 500. Stable between two runs of the same suite: no times, paths of the checkout or counters. */
  failures: string[];
  /** Names of passed tests, at most 20,000. Present only when the output names every one of them. */
  passes?: string[];
  /** Names of skipped tests, at most 5,000. Present only when the output names every one of them. */
  skips?: string[];
  /** True when `failures` has every failed test: then two runs can be compared test by test. */
  isNamed: boolean;
}

/** Most names of each outcome that a result keeps. */
export const MAX_NAMES: Record<TestOutcome, number> = { failed: 500, passed: 20_000, skipped: 5000 };
