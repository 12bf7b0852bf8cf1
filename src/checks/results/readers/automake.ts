import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests, type StatedCounts } from '../tests.ts';

const TEST = /^(PASS|FAIL|SKIP|XFAIL|XPASS|ERROR): (\S.*)$/;
const COUNT = /^# (TOTAL|PASS|SKIP|XFAIL|FAIL|XPASS|ERROR): +(\d+)$/;
const OUTCOMES: Record<string, TestOutcome> = { PASS: 'passed', SKIP: 'skipped', XFAIL: 'skipped' };

/** Automake's `make check`: one block of counts a folder. Its tests are scripts, or the points of TAP inside them. */
export class AutomakeReader implements Reader {
  #tests = new Tests();
  #mark: number | undefined;
  #stated: Required<StatedCounts> | undefined;

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    if (first === 35) this.#count(text, suites);
    // P, F, S, X, E
    else if (first === 80 || first === 70 || first === 83 || first === 88 || first === 69)
      this.#test(text, suites);
  }

  flush(): void {
    if (this.#mark === undefined) this.#tests = new Tests();
  }

  #test(text: string, suites: Suites): void {
    const [, word = '', name] = TEST.exec(text) ?? [];
    if (!name) return;
    this.#mark ??= suites.mark();
    this.#tests.add(OUTCOMES[word] ?? 'failed', name);
  }

  #count(text: string, suites: Suites): void {
    const [, word = '', number] = COUNT.exec(text) ?? [];
    if (word === 'TOTAL') this.#stated = { passed: 0, failed: 0, skipped: 0 };
    else if (word && this.#stated) this.#stated[OUTCOMES[word] ?? 'failed'] += Number(number);
    if (word !== 'ERROR' || !this.#stated) return;
    const suite = this.#tests.close('make check', this.#stated);
    // Without lines of tests (a quiet driver) nothing in between is known to be theirs.
    if (this.#mark === undefined) suites.close(suite);
    else suites.replace(this.#mark, suite);
    this.#tests = new Tests();
    this.#mark = undefined;
    this.#stated = undefined;
  }
}
