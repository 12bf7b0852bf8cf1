import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import { Tests } from '../tests.ts';
import { Titles } from '../titles.ts';

const PASSING = /^ {2}(\d+) passing(?: \(.*\))?$/;
const OTHER = /^ {2}(\d+) (pending|failing)$/;
const TEST = /^(?:[✓✔√] (.+)|\d+\) (.+)|- (.+))$/u;
const BEGINS_TEST = /^[✓✔√\d-]/u;
const ENTRY = /^ {2}(\d+)\) (.*)$/;

/** Most lines of one title in the list. */
const MAX_TITLES = 30;

/**
 * Mocha, whatever its reporter: they share the closing block (`5 passing (10ms)`, `1 pending`, `2 failing`) and the numbered list of failures.
 * Names are the titles from the outermost suite on, joined by ` > `: from the tree of the reporter `spec`, else from the list.
 */
export class MochaReader implements Reader {
  #tests = new Tests();
  #titles = new Titles();
  #stated: { passed: number; skipped: number; failed: number } | undefined;
  /** Failures read from the numbered list below the counts. */
  #listed = new Tests();
  #entry: string[] | undefined;

  line(text: string, suites: Suites): void {
    if (text.charCodeAt(0) !== 32 || text.charCodeAt(1) !== 32) {
      // The counts stand together; without failures nothing follows them.
      if (this.#stated?.failed === 0) this.flush(suites);
      return;
    }
    if (!this.#stated) return this.#tree(text);
    const [, number, what] = OTHER.exec(text) ?? [];
    if (what) this.#stated[what === 'pending' ? 'skipped' : 'failed'] = Number(number);
    else this.#list(text, suites);
  }

  flush(suites: Suites): void {
    if (this.#stated) {
      const tests = this.#tests.failed.total >= this.#stated.failed ? this.#tests : this.#listed;
      suites.close(tests.close('mocha', this.#stated));
    }
    this.#tests = new Tests();
    this.#listed = new Tests();
    this.#titles.clear();
    this.#stated = undefined;
    this.#entry = undefined;
  }

  #tree(text: string): void {
    const [passing] = text.includes(' passing') ? groups(PASSING, text) : [''];
    if (passing) {
      this.#stated = { passed: Number(passing), skipped: 0, failed: 0 };
      return;
    }
    const title = text.trim();
    const indent = text.length - text.trimStart().length;
    this.#titles.close(indent);
    const [passed, failed, skipped] = BEGINS_TEST.test(title) ? groups(TEST, title) : ['', '', ''];
    const outcome = passed ? 'passed' : failed ? 'failed' : 'skipped';
    // The reporter `list` has a colon before the duration.
    const name = passed.replace(/: \d+ms$/, '') || failed || skipped;
    if (name) this.#tests.add(outcome, this.#titles.path(name));
    else if (title) this.#titles.open(indent, title);
  }

  /** `  1) suite`, then deeper titles, the last with a colon. */
  #list(text: string, suites: Suites): void {
    const entry = ENTRY.exec(text);
    if (entry && Number(entry[1]) === this.#listed.total + 1) this.#entry = [];
    if (!this.#entry) return;
    const title = entry?.[2] ?? text.trim();
    this.#entry.push(title.replace(/:$/, ''));
    if (!title.endsWith(':') && this.#entry.length < MAX_TITLES) return;
    this.#listed.add('failed', this.#entry.join(' > '));
    this.#entry = undefined;
    if (this.#stated && this.#listed.total >= this.#stated.failed) this.flush(suites);
  }
}
