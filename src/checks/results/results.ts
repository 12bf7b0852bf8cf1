/** How one test ended. */
export type TestOutcome = 'passed' | 'failed' | 'skipped';

/** Numbers of tests. `run` counts passed and failed tests; skipped ones are not run. */
export interface TestCounts {
  run: number;
  passed: number;
  failed: number;
  skipped: number;
}

/** What the output of one run says about its tests. Present only when the output really states a count: silence is no result. */
export interface TestResults extends TestCounts {
  /** The test runners whose output was recognised, e.g. `mocha`, `go test`. */
  runners: string[];
  /** Names of failed tests, each once, in order; at most 500. Stable between two runs of the same suite: no times, paths of the checkout or counters. */
  failures: string[];
  /** Names of passed tests, when the output has them; at most 20,000. */
  passes?: string[];
  /** Names of skipped tests, when the output has them; at most 5,000. */
  skips?: string[];
  /** True when `failures` has every failed test: then two runs can be compared test by test. */
  isNamed: boolean;
}
