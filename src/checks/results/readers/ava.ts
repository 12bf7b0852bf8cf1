import type { Reader, Suites } from '../reader.ts';
import { Tests } from '../tests.ts';

const TEST = /^ {2}([✔✖✘]) (\[expected fail\] |\[fail\]: )?(.+?)(?: \(\d[\d.]*m?s\))?$/u;
const SKIPPED = /^ {2}- \[(?:skip|todo)\] (.+)$/;
const COUNT =
  /^ {2}(\d+) (?:(?:tests?|hooks?) (failed|passed|skipped|todo)|known (failure)s?|uncaught (exception)s?|unhandled (rejection)s?)$/;

/** AVA's own reporter. Its last block states the counts, without the passed tests when some failed. Known failures are skipped. */
export class AvaReader implements Reader {
  #tests = new Tests();
  #stated: { passed?: number; failed: number; skipped: number } | undefined;
  #broken: string[] = [];

  line(text: string, suites: Suites): void {
    if (text.charCodeAt(0) !== 32 && this.#stated) return this.flush(suites);
    const [, number, word, known, exception, rejection] = COUNT.exec(text) ?? [];
    if (number !== undefined) {
      const stated = (this.#stated ??= { failed: 0, skipped: 0 });
      if (word === 'passed') stated.passed = Number(number);
      else if (word === 'failed' || exception || rejection) stated.failed += Number(number);
      else if (word ?? known) stated.skipped += Number(number);
      return;
    }
    this.#test(text);
  }

  flush(suites: Suites): void {
    if (this.#stated) {
      for (const name of this.#broken) this.#tests.add('failed', name);
      suites.close(this.#tests.close('ava', this.#stated));
    }
    this.#tests = new Tests();
    this.#stated = undefined;
    this.#broken = [];
  }

  #test(text: string): void {
    const skipped = SKIPPED.exec(text)?.[1];
    if (skipped) return this.#tests.add('skipped', skipped);
    const [, mark, label, name] = TEST.exec(text) ?? [];
    if (!name) return;
    if (label === '[expected fail] ') this.#tests.add('skipped', name);
    else if (mark === '✔') this.#tests.add('passed', name);
    // A line without a label tells of a file.
    else if (label) this.#tests.add('failed', name);
    else if (this.#broken.length < 500) this.#broken.push(name);
  }
}
