import type { Reader, ReaderMaker, Suites } from './reader.ts';
import type { TestOutcome } from './results.ts';
import { Tests, type StatedCounts } from './tests.ts';

/** Lines that each tell one test. */
interface TestLine {
  is: RegExp;
  outcome: TestOutcome;
  /** The test's name; without it, the first group. */
  name?: (match: RegExpExecArray) => string | undefined;
}

/** A format whose lines can be read one by one: lines of tests, and a line that states the counts. */
export interface Format {
  runner: string;
  /** The first that matches counts. Patterns begin with `^` and are scanned in linear time. */
  tests?: readonly TestLine[];
  closing: RegExp;
  /**
   * The counts of the closing line. What is left out is counted from the lines of tests.
   * @param tests what was read since the last closing line.
   * @returns undefined when the line does not close a suite after all.
   */
  counts(match: RegExpExecArray, tests: Tests): StatedCounts | undefined;
  /** For a runner that starts others: its first line. What is read from there to the closing line are the same tests. */
  begins?: RegExp;
  /** Many programs print such a closing line: it counts only where no other runner is recognised. */
  isPlain?: boolean;
}

class FormatReader implements Reader {
  readonly #format: Format;
  #tests = new Tests();
  #mark: number | undefined;

  constructor(format: Format) {
    this.#format = format;
  }

  line(text: string, suites: Suites): void {
    const { tests = [], closing, begins, runner } = this.#format;
    if (this.#mark === undefined && begins?.test(text)) this.#mark = suites.mark();
    for (const { is, outcome, name } of tests) {
      const match = is.exec(text);
      if (!match) continue;
      this.#tests.add(outcome, name ? name(match) : match[1]);
      return;
    }
    const end = closing.exec(text);
    const counts = end && this.#format.counts(end, this.#tests);
    if (!counts) return;
    const suite = { ...this.#tests.close(runner, counts), isPlain: this.#format.isPlain };
    if (this.#mark === undefined) suites.close(suite);
    else suites.replace(this.#mark, suite);
    this.#tests = new Tests();
    this.#mark = undefined;
  }

  flush(): void {
    // What a runner that starts others saw of its own tests stays: the suites in between are theirs.
    if (this.#mark === undefined) this.#tests = new Tests();
  }
}

/** A maker of readers for a format. */
export const readerOf =
  (format: Format): ReaderMaker =>
  () =>
    new FormatReader(format);
