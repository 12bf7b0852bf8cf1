import { before, groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const FILE = /^(\S+\.[cm]?[jt]sx?):$/;
const TEST = /^(\(pass\)|\(fail\)|\(skip\)|\(todo\)|[✓✗»✎]) (.+?)(?: \[[\d.]+m?s\])?$/u;
const COUNT = /^ (\d+ (?:pass|fail|skip|todo|filtered out|errors?))$/;
const CLOSING = /^Ran \d+ tests? across \d+ files?\./;
const OUTCOMES: Record<string, TestOutcome> = {
  '(pass)': 'passed',
  '✓': 'passed',
  '(fail)': 'failed',
  '✗': 'failed',
};

/** `bun test`. Names are the file and the titles: `a.test.js: group > breaks`. A file that cannot be loaded counts as one failed test. */
export class BunReader implements Reader {
  #tests = new Tests();
  #file = '';
  #counts = '';

  line(text: string, suites: Suites): void {
    const [file] = text.endsWith(':') ? groups(FILE, text) : [''];
    if (file) {
      this.#file = file;
      return;
    }
    if (!this.#file) return;
    const [mark, name] = groups(TEST, text);
    if (name) return this.#tests.add(OUTCOMES[mark] ?? 'skipped', `${this.#file}: ${name}`);
    if (text === '# Unhandled error between tests') return this.#tests.add('failed', this.#file);
    const [count] = groups(COUNT, text);
    if (count && this.#counts.length < 200) this.#counts += ` ${count};`;
    if (this.#counts && CLOSING.test(text)) this.#close(suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#file = '';
    this.#counts = '';
  }

  #close(suites: Suites): void {
    const counts = this.#counts;
    suites.close(
      this.#tests.close('bun test', {
        passed: before(counts, 'pass'),
        failed: before(counts, 'fail'),
        skipped: before(counts, 'skip', 'todo'),
      }),
    );
    this.flush();
  }
}
