import { before } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const ENTRY = /^ {2,3}(\d{1,6})\) (\S.*?)(?: FAILED \[\d+\])?$/;
const CLOSING = /^(\d+ examples?, \d+ failures?(?:, .*)?)$/;
const BROKEN = /^An error occurred (?:while loading|in an?) (.+?)\.?$/;

/**
 * RSpec and Hspec, which print alike: numbered lists of pending and failed examples, then `5 examples, 2 failures, 2 pending`.
 * A file that cannot be loaded counts as one failed test.
 */
export class RspecReader implements Reader {
  #tests = new Tests();
  #list: TestOutcome | undefined;
  #next = 1;

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    if (first === 32) return this.#entry(text);
    if (text === 'Failures:') this.#begin('failed');
    else if (text.startsWith('Pending:')) this.#begin('skipped');
    else if (first === 65) this.#broken(text);
    else this.#close(text, suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#list = undefined;
  }

  #begin(list: TestOutcome): void {
    this.#list = list;
    this.#next = 1;
  }

  #entry(text: string): void {
    if (!this.#list) return;
    const [, number, name] = ENTRY.exec(text) ?? [];
    // Output of a failure can hold a list of its own.
    if (!name || Number(number) !== this.#next) return;
    this.#next += 1;
    this.#tests.add(this.#list, name);
  }

  #broken(text: string): void {
    const name = BROKEN.exec(text)?.[1];
    if (name) this.#tests.add('failed', name.replace(/^\.\//, ''));
  }

  #close(text: string, suites: Suites): void {
    const counts = CLOSING.exec(text)?.[1];
    if (!counts) return;
    const failures = before(counts, 'failures?');
    const skipped = before(counts, 'pending');
    const failed = failures + before(counts, 'errors? occurred');
    const passed = Math.max(before(counts, 'examples?') - failures - skipped, 0);
    suites.close(this.#tests.close('rspec', { passed, failed, skipped }));
    this.flush();
  }
}
