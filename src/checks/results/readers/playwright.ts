import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests, type StatedCounts } from '../tests.ts';

const BEGIN = /^Running \d+ tests? using \d+ workers?/;
const LISTED = /^ {4}(\[[^\]]+\] › .+?) ─*$/u;
const TEST = /^ {2}(✓|✘|ok|x|-) +\d+ (.+?)(?: \([\d.]+m?s\))?$/u;
const COUNT = /^ {2}(\d+) (passed|failed|flaky|skipped|did not run|interrupted)(?: \([\d.]+m?s?\w*\))?$/;
const OUTCOMES: Record<string, TestOutcome> = {
  passed: 'passed',
  flaky: 'passed',
  failed: 'failed',
  interrupted: 'failed',
};

/** The line and column of a test move with any edit above it. */
const withoutPosition = (name: string): string => name.replace(/:\d+:\d+ ›/, ' ›');

/** Playwright Test. A flaky test has passed; what did not run is skipped. */
export class PlaywrightReader implements Reader {
  #tests = new Tests();
  #isRunning = false;
  #stated: Required<StatedCounts> | undefined;

  line(text: string, suites: Suites): void {
    if (BEGIN.test(text)) {
      this.flush(suites);
      this.#isRunning = true;
    }
    if (!this.#isRunning) return;
    const [number, word] = groups(COUNT, text);
    if (number) {
      this.#stated ??= { passed: 0, failed: 0, skipped: 0 };
      this.#stated[OUTCOMES[word] ?? 'skipped'] += Number(number);
      return;
    }
    const [listed] = groups(LISTED, text);
    if (listed && this.#stated) return this.#tests.add('failed', withoutPosition(listed));
    const [mark, name] = groups(TEST, text);
    if (name && (mark === '✓' || mark === 'ok')) this.#tests.add('passed', withoutPosition(name));
    else if (name && mark === '-') this.#tests.add('skipped', withoutPosition(name));
  }

  flush(suites: Suites): void {
    if (this.#stated) suites.close(this.#tests.close('playwright', this.#stated));
    this.#tests = new Tests();
    this.#isRunning = false;
    this.#stated = undefined;
  }
}
