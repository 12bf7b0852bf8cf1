import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import { Tests } from '../tests.ts';

const DOTS = /^[.X]{1,200}$/;
const FAILED = /^✖ (.+?)(?: \(\d[\d.]*ms\))?( # (?:TODO|SKIP).*)?$/u;
const REASON = /^ {2}'\d+ subtests? failed'$/;

/**
 * node:test's reporter `dot`, when tests failed: dots, and a list of the failures. It states no counts, so dots are counted; suites have one too.
 * A green run is dots alone, and dots alone say nothing.
 */
export class NodeDotReader implements Reader {
  readonly standsAlone = true;
  #dots = '';
  #failures: string[] = [];
  #isList = false;

  line(text: string): void {
    if (this.#isList) this.#list(text);
    else if (DOTS.test(text)) {
      if (this.#dots.length < 1_000_000) this.#dots += text;
    } else if (text === 'Failed tests:') this.#isList = this.#dots.includes('X');
    else if (text !== '') this.#dots = '';
  }

  flush(suites: Suites): void {
    const crosses = this.#dots.replaceAll('.', '').length;
    if (this.#isList && this.#failures.length) {
      const tests = new Tests();
      for (const name of this.#failures) tests.add('failed', name);
      suites.close(
        tests.close('node:test', { passed: this.#dots.length - crosses, failed: this.#failures.length }),
      );
    }
    this.#dots = '';
    this.#failures = [];
    this.#isList = false;
  }

  #list(text: string): void {
    const [name, excuse] = groups(FAILED, text);
    if (name && !excuse && this.#failures.length < 5000) this.#failures.push(name);
    // A suite is listed below its own failures.
    else if (REASON.test(text)) this.#failures.pop();
  }
}
