import type { Reader, Suites } from '../reader.ts';
import { Tests } from '../tests.ts';

const FAILED = /^ {3}FAIL {2}(?:(.+?) {1,2})?"(.+)"$/;
const COUNT = /^ {2}(Total|Passed|Skipped): {3,6}(\d{1,9})$/;

/** uvu: failures by suite and name, then the counts in three lines. Passed and skipped tests are dots without names. */
export class UvuReader implements Reader {
  #tests = new Tests();
  #counts: Record<string, number> = {};

  line(text: string, suites: Suites): void {
    const [, suite, name] = FAILED.exec(text) ?? [];
    if (name !== undefined) return this.#tests.add('failed', suite ? `${suite} ${name}` : name);
    const [, word, number] = COUNT.exec(text) ?? [];
    if (word === undefined) return;
    this.#counts[word] = Number(number);
    const { Total: total, Passed: passed, Skipped: skipped } = this.#counts;
    if (total === undefined || passed === undefined || skipped === undefined) return;
    suites.close(this.#tests.close('uvu', { passed, failed: Math.max(total - passed, 0), skipped }));
    this.flush();
  }

  flush(): void {
    this.#tests = new Tests();
    this.#counts = {};
  }
}
