import { before } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const CLASS = /^ +(?:PASS|FAIL|WARN) {2}(\S+)$/;
const TEST = /^ {2}([✓⨯✗×\-…!→])\s+(.+?)(?: {2,}[\d.]+s| +→ .*)?\s*$/u;
const CLOSING = /^ {2}Tests: +((?:\d+ [\w ]+?(?:, | \(|$))+)/;
const OUTCOMES: Record<string, TestOutcome> = {
  '✓': 'passed',
  '⨯': 'failed',
  '✗': 'failed',
  '×': 'failed',
  '-': 'skipped',
  '…': 'skipped',
  '→': 'skipped',
};

/** Pest and Laravel's `artisan test`. Names are the class and the test: `Tests\Unit\ATest > it works`. */
export class PestReader implements Reader {
  #tests = new Tests();
  #class = '';

  line(text: string, suites: Suites): void {
    if (text.charCodeAt(0) !== 32) return;
    const name = CLASS.exec(text)?.[1];
    if (name) {
      this.#class = name;
      return;
    }
    const counts = CLOSING.exec(text)?.[1];
    if (counts) return this.#close(counts, suites);
    const [, mark = '', test] = TEST.exec(text) ?? [];
    const outcome = OUTCOMES[mark];
    if (test && outcome && this.#class) this.#tests.add(outcome, `${this.#class} > ${test}`);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#class = '';
  }

  #close(counts: string, suites: Suites): void {
    const stated = {
      passed: before(counts, 'passed', 'warnings?', 'risky', 'deprecated'),
      failed: before(counts, 'failed'),
      skipped: before(counts, 'skipped', 'todos?', 'incompleted?', 'pending'),
    };
    suites.close(this.#tests.close('pest', stated));
    this.flush();
  }
}
