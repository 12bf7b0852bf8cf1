import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';
import { Titles } from '../titles.ts';

const LINE = /^( *)([✔✖﹣▶⚠]) (.+?)(?: \(\d[\d.]*ms\))?(?: # (SKIP|TODO|EXPECTED FAILURE).*)?$/u;
const COUNT = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) (\d+)/u;
const OUTCOMES: Record<string, TestOutcome> = { '✖': 'failed', '﹣': 'skipped' };

/**
 * node:test's reporter `spec`. Its closing block states the counts (`ℹ pass 8`); names come from the tree above, joined by ` > `.
 * What is cancelled counts as failed, a "todo" as skipped.
 */
export class NodeSpecReader implements Reader {
  #tests = new Tests();
  #titles = new Titles();
  #stated = new Map<string, number>();
  /** The list of failing tests below the counts repeats them. */
  #isRepeated = false;

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    if (first === 0x2139) return this.#count(text, suites);
    // Every mark, and the indentation before it, is above ASCII or a space.
    if (first !== 32 && first < 0x2000) {
      this.#isRepeated = text.startsWith('test at ');
      return;
    }
    const match = LINE.exec(text);
    if (match) this.#entry(match);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#titles.clear();
    this.#stated.clear();
  }

  #entry([, spaces = '', mark = '', name = '', directive]: RegExpExecArray): void {
    if (this.#isRepeated) {
      this.#isRepeated = false;
      return;
    }
    const isClosing = this.#titles.close(spaces.length) === name;
    const outcome = directive ? 'skipped' : (OUTCOMES[mark] ?? 'passed');
    if (isClosing) this.#tests[outcome].parents += 1;
    else if (mark === '▶') this.#titles.open(spaces.length, name);
    else this.#tests.add(outcome, this.#titles.path(name));
  }

  #count(text: string, suites: Suites): void {
    const [, what, number] = COUNT.exec(text) ?? [];
    if (!what) return;
    if (what === 'tests') this.#stated.clear();
    this.#stated.set(what, Number(number));
    if (what !== 'duration_ms' || !this.#stated.has('pass')) return;
    suites.close(this.#tests.close('node:test', nodeCounts(this.#stated)));
    this.flush();
  }
}

/** The counts of node:test's closing block as ours. */
export const nodeCounts = (
  stated: Map<string, number>,
): { passed: number; failed: number; skipped: number } => ({
  passed: stated.get('pass') ?? 0,
  failed: (stated.get('fail') ?? 0) + (stated.get('cancelled') ?? 0),
  skipped: (stated.get('skipped') ?? 0) + (stated.get('todo') ?? 0),
});
