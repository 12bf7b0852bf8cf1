import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const TEST = /^(\S.* > .+) (PASSED|FAILED|SKIPPED)(?: \([\d.]+m?s\))?$/;
const CLOSING = /^(\d+) tests? completed, (\d+) failed(?:, (\d+) skipped)?$/;
const END = /^BUILD (?:SUCCESSFUL|FAILED) in /;
const OUTCOMES: Record<string, TestOutcome> = { FAILED: 'failed', SKIPPED: 'skipped' };

/**
 * Gradle's console. By itself it names failed tests and counts only when some failed: a green run states nothing (its XML reports do).
 * With `testLogging` of passed tests, the lines are counted at the build's end.
 */
export class GradleReader implements Reader {
  #tests = new Tests();

  line(text: string, suites: Suites): void {
    const [, name, word = ''] = (text.includes(' > ') && TEST.exec(text)) || [];
    if (name) return this.#tests.add(OUTCOMES[word] ?? 'passed', name);
    const [, all, failed, skipped = 0] = CLOSING.exec(text) ?? [];
    if (all !== undefined) {
      const counts = { failed: Number(failed), skipped: Number(skipped) };
      this.#close(suites, { passed: Math.max(Number(all) - counts.failed - counts.skipped, 0), ...counts });
    } else if (this.#tests.passed.total && END.test(text)) this.#close(suites, {});
  }

  flush(): void {
    this.#tests = new Tests();
  }

  #close(suites: Suites, counts: { passed?: number; failed?: number; skipped?: number }): void {
    suites.close(this.#tests.close('gradle', counts));
    this.flush();
  }
}
