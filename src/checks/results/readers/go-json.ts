import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const OUTCOMES: Record<string, TestOutcome> = { pass: 'passed', fail: 'failed', skip: 'skipped' };
const END = /"Action":"(?:pass|fail|skip)"/;

/** `go test -json`: one event a line. A package that fails without a failed test (a build, a panic) counts as one. */
export class GoJsonReader implements Reader {
  readonly standsAlone = true;
  readonly readsJson = true;
  #tests = new Tests();
  /** Packages with a failed test. */
  #failed = new Set<string>();
  #isSeen = false;

  line(text: string): void {
    if (text.charCodeAt(0) !== 123 || !text.startsWith('{"') || !END.test(text)) return;
    const { Action, Package, Test } = eventOf(text);
    const outcome = OUTCOMES[Action ?? ''];
    if (!outcome || !Package) return;
    this.#isSeen = true;
    if (Test) this.#tests.add(outcome, `${Package}.${Test}`);
    else if (outcome === 'failed' && !this.#failed.has(Package)) this.#tests.add('failed', Package);
    if (Test && outcome === 'failed' && this.#failed.size < 5000) this.#failed.add(Package);
  }

  flush(suites: Suites): void {
    if (this.#isSeen) suites.close(this.#tests.close('go test'));
    this.#tests = new Tests();
    this.#failed = new Set();
    this.#isSeen = false;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The fields of an event that matter, each a text or missing. */
function eventOf(line: string): { Action?: string; Package?: string; Test?: string } {
  try {
    const event = JSON.parse(line) as Record<string, unknown>;
    return { Action: text(event.Action), Package: text(event.Package), Test: text(event.Test) };
  } catch {
    // A line of the program under test that only looks like an event.
    return {};
  }
}
