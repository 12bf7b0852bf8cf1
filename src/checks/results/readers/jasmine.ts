import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const ENTRY = /^\d{1,6}\) (.+)$/;
const CLOSING = /^(?:Ran \d+ of )?(\d+) specs?, (\d+) failures?(?:, (\d+) pending specs?)?$/;

/** Jasmine's own reporter: numbered lists of failed and pending specs, then the counts. */
export class JasmineReader implements Reader {
  #tests = new Tests();
  #list: TestOutcome | undefined;

  line(text: string, suites: Suites): void {
    if (text === 'Failures:') this.#list = 'failed';
    else if (text === 'Pending:') this.#list = 'skipped';
    if (!this.#list && !text.includes(' spec')) return;
    const name = ENTRY.exec(text)?.[1];
    if (name && this.#list) return this.#tests.add(this.#list, name);
    const [, all, failed, pending] = CLOSING.exec(text) ?? [];
    if (all === undefined) return;
    const counts = { failed: Number(failed), skipped: Number(pending ?? 0) };
    const passed = Math.max(Number(all) - counts.failed - counts.skipped, 0);
    suites.close(this.#tests.close('jasmine', { passed, ...counts }));
    this.flush();
  }

  flush(): void {
    this.#tests = new Tests();
    this.#list = undefined;
  }
}
