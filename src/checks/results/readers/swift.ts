import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const CASE = /^Test Case '(?:-\[)?([^'\]]+?)\]?' (passed|failed|skipped) \([\d.]+ seconds\)\.?$/;
const TOP = /^Test Suite '(?:All tests|Selected tests|debug\.xctest|release\.xctest)' (?:passed|failed) at /;
const EXECUTED = /^\s+Executed (\d+) tests?, with (?:(\d+) tests? skipped and )?(\d+) failures?/;
/** Swift Testing, beside XCTest in one run. */
const TEST = /^\S+ +Test ("[^"]*"|\S.*?\)) (passed|failed|skipped|recorded)\b/;
const RUN = /^\S+ +Test run with (\d+) tests?.* (?:passed|failed) after /;
const OUTCOMES: Record<string, TestOutcome> = { passed: 'passed', failed: 'failed', skipped: 'skipped' };

/** `swift test`: XCTest and Swift Testing, each with a closing line of its own. XCTest counts a failing test once, however many assertions fail. */
export class SwiftReader implements Reader {
  #tests = new Tests();
  #isTop = false;

  line(text: string, suites: Suites): void {
    const [name, word] = groups(CASE, text);
    if (name)
      return this.#tests.add(
        OUTCOMES[word] ?? 'failed',
        name.replace(/^\S+\.(?=\w+ )/, '').replace(' ', '.'),
      );
    const [test, outcome] = groups(TEST, text);
    if (test && OUTCOMES[outcome]) this.#tests.add(OUTCOMES[outcome], test.replaceAll('"', ''));
    if (TOP.test(text)) this.#isTop = text.includes("'All tests'") || text.includes("'Selected tests'");
    else if (this.#isTop) this.#executed(text, suites);
    const [run] = groups(RUN, text);
    if (run && (this.#tests.total || run === '0')) this.#close(suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#isTop = false;
  }

  #executed(text: string, suites: Suites): void {
    const [all] = groups(EXECUTED, text);
    if (all === '') return;
    this.#isTop = false;
    // Zero here, when all tests are Swift Testing's: their run follows.
    if (Number(all) > 0) this.#close(suites);
  }

  #close(suites: Suites): void {
    suites.close(this.#tests.close('swift test'));
    this.flush();
  }
}
