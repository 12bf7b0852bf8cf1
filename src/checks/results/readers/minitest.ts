import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const VERBOSE = /^([\w:]+#.+) = [\d.]+ s = ([.FES])$/;
const LIST = /^ *(?:\d{1,6}\) )?(Failure|Error|Skipped):$/;
const ENTRY = /^([\w:]+#\S.*?)(?: \[[^\]]*\])?:$/;
/** test-unit: `Failure: test_bad(TestA)`, `Error: test_err(TestA): RuntimeError: x`, `Omission: no [test_skip(TestA)]`. */
const TEST_UNIT =
  /^(?:(?:Failure|Error): (.+?\([\w:]+\))(?::.*)?|(?:Omission|Pending): .*\[(.+\([\w:]+\))\])$/;
const CLOSING =
  /^(\d+) (?:runs|tests), \d+ assertions, (\d+) failures, (\d+) errors(?:, (\d+) (?:skips|pendings)(?:, (\d+) omissions, \d+ notifications)?)?$/;
const OUTCOMES: Record<string, TestOutcome> = { '.': 'passed', S: 'skipped', Skipped: 'skipped' };

/** Minitest, Rails and test-unit. Errors count as failed. */
export class MinitestReader implements Reader {
  #tests = new Tests();
  /** The outcome that the test of the next line had. */
  #next: TestOutcome | undefined;

  line(text: string, suites: Suites): void {
    const next = this.#next;
    this.#next = undefined;
    const [entry] = next ? groups(ENTRY, text) : [''];
    const [list] = text.endsWith(':') ? groups(LIST, text) : [''];
    const [verbose, mark] = text.includes(' = ') ? groups(VERBOSE, text) : ['', ''];
    const [failed, omitted] =
      text.endsWith(')') || text.includes('): ') || text.endsWith(')]') ? groups(TEST_UNIT, text) : ['', ''];
    if (next && entry) this.#tests.add(next, entry);
    else if (list) this.#next = OUTCOMES[list] ?? 'failed';
    else if (verbose) this.#tests.add(OUTCOMES[mark] ?? 'failed', verbose);
    else if (failed) this.#tests.add('failed', failed);
    else if (omitted) this.#tests.add('skipped', omitted);
    else this.#close(text, suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#next = undefined;
  }

  #close(text: string, suites: Suites): void {
    const [, all, failures, errors, skips = 0, omissions = 0] = CLOSING.exec(text) ?? [];
    if (all === undefined) return;
    const failed = Number(failures) + Number(errors);
    const skipped = Number(skips) + Number(omissions);
    suites.close(
      this.#tests.close('minitest', { passed: Math.max(Number(all) - failed - skipped, 0), failed, skipped }),
    );
    this.flush();
  }
}
