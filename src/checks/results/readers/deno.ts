import { before, groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const FILE = /^running \d+ tests? from (?:\.\/)?(\S+)$/;
const TEST = /^( *)(\S.*?) \.\.\. (ok|FAILED|ignored|cancelled)(?: \(.*\))?$/;
const CLOSING = /^(?:ok|FAILED) \| (\d+ passed.*) \(.+\)$/;
const OUTCOMES: Record<string, TestOutcome> = { FAILED: 'failed', ignored: 'skipped', cancelled: 'failed' };

/** `deno test`. Names are the file and the test: `a_test.ts > works`. */
export class DenoReader implements Reader {
  #tests = new Tests();
  #file = '';

  line(text: string, suites: Suites): void {
    const [file] = groups(FILE, text);
    if (file) this.#file = file;
    else if (this.#file) this.#inside(text, suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#file = '';
  }

  #inside(text: string, suites: Suites): void {
    const [spaces, name, word] = groups(TEST, text);
    // A step is indented, and its test says the outcome of both.
    if (name && !spaces) return this.#tests.add(OUTCOMES[word] ?? 'passed', `${this.#file} > ${name}`);
    const counts = groups(CLOSING, text)[0].replace(/ \(\d+ steps?\)/g, '');
    if (!counts) return;
    suites.close(
      this.#tests.close('deno test', {
        passed: before(counts, 'passed'),
        failed: before(counts, 'failed'),
        skipped: before(counts, 'ignored'),
      }),
    );
    this.flush();
  }
}
