import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import { Tests, type StatedCounts } from '../tests.ts';

const EXECUTED =
  /^([A-Z][\w .()-]{0,120}?)(?: ?: |: )?Executed (\d+) of (\d+)(?: \((\d+) FAILED\))?(?: ?\(skipped (\d+)\))?.*(?:SUCCESS|secs|ERROR|DISCONNECTED)/;
const FAILED = /^[A-Z][\w.]+ [\w.]+(?: \([^)]*\))? (\S.*) FAILED$/;
const MAX_BROWSERS = 20;

/** Karma: the last `Executed 3 of 3 (1 FAILED)` of each browser counts, so it needs no closing line. Names leave the browser out. */
export class KarmaReader implements Reader {
  readonly standsAlone = true;
  #tests = new Tests();
  #browsers = new Map<string, Required<StatedCounts>>();

  line(text: string): void {
    if (!text.includes('Executed ')) {
      const [name] = text.endsWith(' FAILED') ? groups(FAILED, text) : [''];
      if (name && !text.startsWith('Executed')) this.#tests.add('failed', name);
      return;
    }
    const [browser, run, , failed, skipped] = groups(EXECUTED, text);
    if (!browser || (this.#browsers.size >= MAX_BROWSERS && !this.#browsers.has(browser))) return;
    const counts = { failed: Number(failed), skipped: Number(skipped) };
    this.#browsers.set(browser, {
      passed: Math.max(Number(run) - counts.failed - counts.skipped, 0),
      ...counts,
    });
  }

  flush(suites: Suites): void {
    const all = [...this.#browsers.values()];
    const total = (of: (counts: Required<StatedCounts>) => number): number =>
      all.reduce((sum, each) => sum + of(each), 0);
    if (all.length)
      suites.close(
        this.#tests.close('karma', {
          passed: total((each) => each.passed),
          failed: total((each) => each.failed),
          skipped: total((each) => each.skipped),
        }),
      );
    this.#tests = new Tests();
    this.#browsers = new Map();
  }
}
