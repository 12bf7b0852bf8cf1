import { MAX_NAMES, type TestResults } from './results.ts';
import type { Suite } from './tests.ts';

/** Suites kept apart; when there are more, their counts still add up, their names are given up. */
const MAX_SUITES = 3000;

interface Entry {
  owner: object;
  label: string;
  suite: Suite;
}

/** The suites of one run, with a common cap on their names. */
export class SuiteList {
  readonly #entries: Entry[] = [];
  #kept = { failures: 0, passes: 0, skips: 0 };

  /** @param owner the stream that the suite was read from; `drop` takes back only its own. */
  add(owner: object, label: string, suite: Suite): void {
    const last = this.#entries.at(-1);
    const trimmed = this.#trim(suite);
    if (this.#entries.length < MAX_SUITES || !last) this.#entries.push({ owner, label, suite: trimmed });
    else last.suite = withoutNames(last.suite, suite);
  }

  mark(): number {
    return this.#entries.length;
  }

  /** Forgets the owner's suites since a mark. */
  drop(owner: object, mark: number): void {
    const rest = this.#entries.splice(mark);
    for (const entry of rest) {
      if (entry.owner === owner) this.#count(entry.suite, -1);
      else this.#entries.push(entry);
    }
  }

  /**
   * All suites added up.
   * @param isLabelled do names get the label of their package or environment in front?
   */
  sum(isLabelled: boolean): TestResults | undefined {
    const known = this.#entries.filter(({ suite }) => !suite.isPlain);
    const entries = known.length ? known : this.#entries;
    if (!entries.length) return undefined;
    const total = (of: (suite: Suite) => number): number =>
      entries.reduce((sum, { suite }) => sum + of(suite), 0);
    const names = (of: (suite: Suite) => string[]): string[] => [
      ...new Set(
        entries.flatMap(({ label, suite }) =>
          of(suite).map((name) => (isLabelled && label ? `${label}: ${name}` : name)),
        ),
      ),
    ];
    const passed = total((suite) => suite.passed);
    const failed = total((suite) => suite.failed);
    return {
      run: passed + failed,
      passed,
      failed,
      skipped: total((suite) => suite.skipped),
      runners: [...new Set(entries.map(({ suite }) => suite.runner))],
      failures: names((suite) => suite.failures),
      ...(entries.every(({ suite }) => suite.passes) ? { passes: names((suite) => suite.passes ?? []) } : {}),
      ...(entries.every(({ suite }) => suite.skips) ? { skips: names((suite) => suite.skips ?? []) } : {}),
      isNamed: entries.every(({ suite }) => suite.isNamed),
    };
  }

  /** The suite with as many names as the caps leave room for. */
  #trim(suite: Suite): Suite {
    const room = MAX_NAMES.failed - this.#kept.failures;
    const { failures, passes, skips, ...rest } = suite;
    const trimmed: Suite = {
      ...rest,
      failures: failures.slice(0, room),
      isNamed: rest.isNamed && failures.length <= room,
      ...(passes && passes.length + this.#kept.passes <= MAX_NAMES.passed ? { passes } : {}),
      ...(skips && skips.length + this.#kept.skips <= MAX_NAMES.skipped ? { skips } : {}),
    };
    this.#count(trimmed, 1);
    return trimmed;
  }

  #count(suite: Suite, sign: 1 | -1): void {
    this.#kept.failures += sign * suite.failures.length;
    this.#kept.passes += sign * (suite.passes?.length ?? 0);
    this.#kept.skips += sign * (suite.skips?.length ?? 0);
  }
}

/** Two suites as one of which only the counts, and the first one's failures, are known. */
const withoutNames = (first: Suite, second: Suite): Suite => ({
  runner: first.runner,
  passed: first.passed + second.passed,
  failed: first.failed + second.failed,
  skipped: first.skipped + second.skipped,
  failures: first.failures,
  isNamed: first.isNamed && !second.failed,
});
