import { before, groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';
import { Titles } from '../titles.ts';

const FILE = /^(?:PASS|FAIL) +(?:\S+ )?(\S+\.\w+)(?: \([\d.]+ m?s\))?$/;
const TEST = /^( {2,60})([✓✕○✎√×]) (?:(?:skipped|todo) )?(.+?)(?: \(\d[\d.]* m?s\))?$/u;
const TITLE = /^( {2,60})(\S.*)$/;
const FAILURE = /^ {2}● (.+)$/u;
const CLOSING = /^Tests: +((?:\d+ \w+, )*\d+ total)$/;
const OUTCOMES: Record<string, TestOutcome> = {
  '✕': 'failed',
  '×': 'failed',
  '○': 'skipped',
  '✎': 'skipped',
};
/** Printed with --passWithNoTests too, and then the exit code is 0. */
const NO_TESTS = /^No tests found, exiting with code \d+$/;
const MAX_FILES = 1000;
const NOT_LOADED = 'Test suite failed to run';

/**
 * Jest, verbose or not. Names are the file and the titles: `a.test.js › group › breaks`. A file that cannot be loaded counts as one failed test.
 */
export class JestReader implements Reader {
  #tests = new Tests();
  #titles = new Titles();
  #file = '';
  /** Files that could not be loaded; a summary can repeat them. */
  #notLoaded = new Set<string>();

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    if (first === 32) return this.#inside(text);
    if (first === 84) return this.#close(text, suites);
    if (NO_TESTS.test(text)) suites.close(new Tests().close('jest'));
    if (first !== 80 && first !== 70) return;
    const file = FILE.exec(text)?.[1];
    if (!file) return;
    this.#file = file.replace(/^\.\//, '');
    this.#titles.clear();
  }

  flush(): void {
    this.#tests = new Tests();
    this.#titles.clear();
    this.#file = '';
    this.#notLoaded = new Set();
  }

  #inside(text: string): void {
    if (!this.#file) return;
    const [failure] = groups(FAILURE, text);
    if (failure) return this.#failure(failure);
    const [, mark, name] = groups(TEST, text);
    const [indent, title] = groups(TITLE, text);
    this.#titles.close(indent.length);
    if (name)
      this.#tests.add(OUTCOMES[mark] ?? 'passed', `${this.#file} › ${this.#titles.path(name, ' › ')}`);
    else if (title) this.#titles.open(indent.length, title);
  }

  #failure(name: string): void {
    if (name === NOT_LOADED && this.#notLoaded.size < MAX_FILES) this.#notLoaded.add(this.#file);
    this.#tests.add('failed', `${this.#file} › ${name}`);
  }

  #close(text: string, suites: Suites): void {
    const counts = CLOSING.exec(text)?.[1];
    if (!counts) return;
    const stated = {
      passed: before(counts, 'passed'),
      failed: before(counts, 'failed') + this.#notLoaded.size,
      skipped: before(counts, 'skipped', 'todo'),
    };
    suites.close(this.#tests.close('jest', stated));
    this.flush();
  }
}
