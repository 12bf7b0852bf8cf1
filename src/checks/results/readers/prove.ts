import type { Reader, Suites } from '../reader.ts';
import { Tests } from '../tests.ts';

const FILE = /^(?=\S{0,300}[./])\S{1,300} \.{2,} *(?:ok|skipped|Dubious|Failed|All |$)/;
const FAILED = /^# {3}Failed test '(.*)'$/;
const AT = /^# {3}at (\S+) line \d+\.$/;
const REPORT = /^(\S+) +\(Wstat: \d+.*? Tests: (\d+) Failed: (\d+)\)$/;
const SKIPPED = /(\d+) skipped subtests?/;
const CLOSING = /^Files=(\d+), Tests=(\d+),/;

/**
 * prove (Test::Harness). Its last lines state files and tests; failed ones are named `t/a.t: breaks` by what Test::More says,
 * else by their file. A file that dies counts as one failed test.
 */
export class ProveReader implements Reader {
  #tests = new Tests();
  #mark: number | undefined;
  #name: string | undefined;
  #failed = 0;
  #skipped = 0;
  /** Files of the report without a failed test, that failed all the same. */
  #broken: string[] = [];
  #named = new Set<string>();

  line(text: string, suites: Suites): void {
    const first = text.charCodeAt(0);
    if (first === 35) return this.#comment(text);
    if (this.#mark === undefined) {
      if (FILE.test(text)) this.#mark = suites.mark();
      return;
    }
    const skipped = SKIPPED.exec(text)?.[1];
    if (skipped) this.#skipped += Number(skipped);
    const report = REPORT.exec(text);
    if (report) this.#report(report);
    const all = CLOSING.exec(text)?.[2];
    if (all !== undefined) this.#close(Number(all), suites);
  }

  flush(): void {
    if (this.#mark === undefined) this.#reset();
  }

  #comment(text: string): void {
    const name = FAILED.exec(text)?.[1];
    if (name !== undefined) this.#name = name;
    const file = AT.exec(text)?.[1];
    if (!file || this.#name === undefined) return;
    this.#tests.add('failed', `${file}: ${this.#name}`);
    if (this.#named.size < 5000) this.#named.add(file);
    this.#name = undefined;
  }

  #report([, file = '', , failures]: RegExpExecArray): void {
    this.#failed += Number(failures);
    if (Number(failures) > 0 && this.#named.has(file)) return;
    if (Number(failures) > 0) this.#tests.add('failed', file);
    else if (this.#broken.length < 5000) this.#broken.push(file);
  }

  #close(all: number, suites: Suites): void {
    for (const file of this.#broken) this.#tests.add('failed', file);
    const passed = Math.max(all - this.#failed - this.#skipped, 0);
    const counts = { passed, failed: this.#failed + this.#broken.length, skipped: this.#skipped };
    suites.replace(this.#mark ?? suites.mark(), this.#tests.close('prove', counts));
    this.#reset();
  }

  #reset(): void {
    this.#tests = new Tests();
    this.#mark = undefined;
    this.#name = undefined;
    this.#failed = 0;
    this.#skipped = 0;
    this.#broken = [];
    this.#named = new Set();
  }
}
