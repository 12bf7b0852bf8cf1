import { before } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const FAILURE = /^ FAIL {2}(.+)$/;
const NOT_LOADED = /^(.+?) \[ .+ \]$/;
const TEST = /^ ([✓×↓□]) (\S+\.\w+ > .+)$/u;
const SUITES = /^⎯+ Failed Suites (\d+) ⎯+$/u;
const COUNTS = /^ {6,}Tests {2}(no tests|(?:\d+ \w+(?: \| )?)+ \(\d+\))$/;
const ERRORS = /^ {5,}Errors {2}(\d+) errors?$/;
/** Printed with --passWithNoTests too, and then the exit code is 0. */
const NO_TESTS = /^No test files found, exiting with code \d+$/;
const OUTCOMES: Record<string, TestOutcome> = { '×': 'failed', '↓': 'skipped', '□': 'skipped' };

/**
 * Vitest with any of its reporters that print a summary. Failures are named by the list above the summary, other tests by the reporter `verbose`.
 * A file that cannot be loaded counts as one failed test, an unhandled error too.
 */
export class VitestReader implements Reader {
  #tests = new Tests();
  #notLoaded = 0;
  #counts: string | undefined;
  #errors = 0;

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    if (first === 0x23af) this.#notLoaded += Number(SUITES.exec(text)?.[1] ?? 0);
    else if (NO_TESTS.test(text)) suites.close(new Tests().close('vitest'));
    if (first !== 32) return;
    if (this.#counts === undefined) return this.#inside(text);
    this.#errors += Number(ERRORS.exec(text)?.[1] ?? 0);
    if (/^ {3,}(?:Start at|Duration) /.test(text)) this.flush(suites);
  }

  flush(suites: Suites): void {
    if (this.#counts !== undefined) {
      if (this.#errors) this.#tests.add('failed', 'unhandled errors');
      const stated = {
        passed: before(this.#counts, 'passed'),
        failed: before(this.#counts, 'failed') + this.#notLoaded + (this.#errors ? 1 : 0),
        skipped: before(this.#counts, 'skipped', 'todo'),
      };
      suites.close(this.#tests.close('vitest', stated));
    }
    this.#tests = new Tests();
    this.#notLoaded = 0;
    this.#counts = undefined;
    this.#errors = 0;
  }

  #inside(text: string): void {
    const failure = FAILURE.exec(text)?.[1];
    if (failure) return this.#tests.add('failed', NOT_LOADED.exec(failure)?.[1] ?? failure);
    const [, mark = '', name] = TEST.exec(text) ?? [];
    if (name) return this.#tests.add(OUTCOMES[mark] ?? 'passed', name);
    this.#counts = COUNTS.exec(text)?.[1];
  }
}
