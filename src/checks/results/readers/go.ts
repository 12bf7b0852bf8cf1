import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const TEST = /^ *--- (PASS|FAIL|SKIP): (\S+)(?: \([\d.]+s\))?$/;
const PACKAGE = /^(ok {2}|FAIL|\? {3})\t(\S+)(?:[\t ](.*))?$/;
const OUTCOMES: Record<string, TestOutcome> = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' };
const MAX_WAITING = 20_000;

/**
 * `go test`, plain and with -v. A package's line (`ok`, `FAIL`) closes it; a package without test files counts zero tests.
 * With -v each test and subtest counts. Plain output names failed tests alone, so there each package counts as one test, and the names are those of its tests.
 */
export class GoReader implements Reader {
  /** Tests whose package is named further below. */
  #waiting: { outcome: TestOutcome; name: string }[] = [];
  #isVerbose = false;

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    // Only `=`, a space, `-`, `o`, `F` and `?` begin lines that matter.
    if (first === 61) this.#isVerbose ||= text.startsWith('=== RUN ');
    else if (first === 32 || first === 45) this.#test(text);
    else if (first === 111 || first === 70 || first === 63) this.#package(text, suites);
  }

  flush(): void {
    this.#waiting = [];
    this.#isVerbose = false;
  }

  #test(text: string): void {
    if (!text.includes('--- ')) return;
    const [, word = '', name] = TEST.exec(text) ?? [];
    const outcome = OUTCOMES[word];
    if (outcome && name && this.#waiting.length < MAX_WAITING) this.#waiting.push({ outcome, name });
  }

  #package(text: string, suites: Suites): void {
    const [, word, name, rest = ''] = PACKAGE.exec(text) ?? [];
    if (!name) return;
    const tests = new Tests();
    for (const test of this.#waiting)
      if (this.#isVerbose || test.outcome === 'failed') tests.add(test.outcome, `${name}.${test.name}`);
    // A build that fails, a panic outside of a test, an early exit: the package is what failed.
    if (word === 'FAIL' && !tests.failed.total)
      tests.add('failed', rest.startsWith('[') ? `${name} ${rest}` : name);
    const isCounted = this.#isVerbose || /\[no test(?:s to run| files)\]/.test(rest);
    const stated = word === 'FAIL' ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 };
    suites.close(tests.close('go test', isCounted ? {} : stated));
    this.flush();
  }
}
