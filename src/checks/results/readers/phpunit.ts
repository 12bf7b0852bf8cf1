import { behind, groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const LIST = /^There (?:was|were) \d+ (.+?)(?: tests?)?:$/;
const ENTRY = /^\d{1,6}\) (\S.*)$/;
const OK = /^OK \((\d+) tests?, \d+ assertions?\)$/;
const CLOSING = /^Tests: \d+, Assertions: \d+(?:, [\w -]+: \d+)*\.$/;
/** With --testdox: `A (App\Tests\A)`, ` ✘ Bad`. */
const TESTDOX_CLASS = /^\S.*? \(([\w\\]+)\)$/;
const TESTDOX = /^ ([✔✘↩∅☢⚠]) (\S.*?)(?: \[[\d.]+ ms\])?$/u;
const MARKS: Record<string, TestOutcome> = { '✘': 'failed', '↩': 'skipped', '∅': 'skipped' };
const LISTS: Record<string, TestOutcome> = {
  failure: 'failed',
  failures: 'failed',
  error: 'failed',
  errors: 'failed',
  skipped: 'skipped',
  incomplete: 'skipped',
};

/** PHPUnit: lists of failures, errors, skipped and incomplete tests, then the counts. A risky test or one with a warning has passed. */
export class PhpunitReader implements Reader {
  #tests = new Tests();
  #list: TestOutcome | undefined;
  #class = '';

  line(text: string, suites: Suites): void {
    const list = LIST.exec(text)?.[1];
    if (list) {
      this.#list = LISTS[list];
      return;
    }
    const name = ENTRY.exec(text)?.[1];
    if (name && this.#list) return this.#tests.add(this.#list, name.replace(/ \(.*\)$/, ''));
    this.#testdox(text);
    const ok = OK.exec(text)?.[1];
    if (ok) this.#close(suites, { passed: Number(ok), failed: 0, skipped: 0 });
    else if (text === 'No tests executed!') this.#close(suites, { passed: 0, failed: 0, skipped: 0 });
    else if (CLOSING.test(text)) this.#counts(text, suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#list = undefined;
    this.#class = '';
  }

  #testdox(text: string): void {
    const [type] = groups(TESTDOX_CLASS, text);
    if (type) this.#class = type;
    const [mark, test] = groups(TESTDOX, text);
    if (test && this.#class) this.#tests.add(MARKS[mark] ?? 'passed', `${this.#class}: ${test}`);
  }

  #counts(text: string, suites: Suites): void {
    const failed = behind(text, 'Failures', 'Errors');
    const skipped = behind(text, 'Skipped', 'Incomplete');
    this.#close(suites, { passed: Math.max(behind(text, 'Tests') - failed - skipped, 0), failed, skipped });
  }

  #close(suites: Suites, counts: { passed: number; failed: number; skipped: number }): void {
    suites.close(this.#tests.close('phpunit', counts));
    this.flush();
  }
}
