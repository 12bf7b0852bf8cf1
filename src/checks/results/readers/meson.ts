import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests, type StatedCounts } from '../tests.ts';

const TEST =
  /^ *\d+\/\d+ (.{1,200}?) +(OK|FAIL|SKIP|TIMEOUT|ERROR|INTERRUPT|EXPECTEDFAIL|UNEXPECTEDPASS) +[\d.]+ ?s(?: .*)?$/;
const COUNT = /^(Ok|Expected Fail|Fail|Unexpected Pass|Skipped|Timeout): +(\d+) *$/;
const OUTCOMES: Record<string, TestOutcome> = { OK: 'passed', SKIP: 'skipped', EXPECTEDFAIL: 'skipped' };
const COUNTS: Record<string, TestOutcome> = { Ok: 'passed', Skipped: 'skipped', 'Expected Fail': 'skipped' };

/** `meson test`; what its tests print of themselves is theirs. */
export class MesonReader implements Reader {
  #tests = new Tests();
  #mark: number | undefined;
  #stated: Required<StatedCounts> | undefined;

  line(text: string, suites: Suites): void {
    const [name, word] = groups(TEST, text);
    if (name) {
      this.#mark ??= suites.mark();
      return this.#tests.add(OUTCOMES[word] ?? 'failed', name);
    }
    const [label, number] = groups(COUNT, text);
    if (label === 'Ok') this.#stated = { passed: 0, failed: 0, skipped: 0 };
    if (!label || !this.#stated) return;
    this.#stated[COUNTS[label] ?? 'failed'] += Number(number);
    // The last of the counts.
    if (label === 'Timeout') this.#close(suites, this.#stated);
  }

  flush(): void {
    if (this.#mark === undefined) this.#tests = new Tests();
  }

  #close(suites: Suites, stated: StatedCounts): void {
    suites.replace(this.#mark ?? suites.mark(), this.#tests.close('meson test', stated));
    this.#tests = new Tests();
    this.#mark = undefined;
    this.#stated = undefined;
  }
}
