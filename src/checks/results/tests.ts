import { MAX_NAMES, type TestCounts, type TestOutcome } from './results.ts';
import { stableName } from './stable-name.ts';

/** Characters of all names of one list. */
const MAX_CHARACTERS = 2_000_000;

/** The names of the tests that ended one way: at most `max` are kept, all are counted. */
class Names {
  readonly #names = new Set<string>();
  readonly #max: number;
  #characters = 0;
  /** Tests added, with and without a name. */
  total = 0;
  #named = 0;
  /** Tests that only hold other tests; some runners count them, others don't. */
  parents = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(name: string | undefined): void {
    this.total += 1;
    if (!name) return;
    this.#named += 1;
    if (this.#names.size >= this.#max || this.#characters >= MAX_CHARACTERS || this.#names.has(name)) return;
    this.#characters += name.length;
    // A copy: a part of a line would keep the whole line in memory.
    this.#names.add(Buffer.from(name).toString());
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  get list(): string[] {
    return [...this.#names];
  }

  /** Does the list hold each of `count` tests? Two tests of one name are one entry; tests that hold others may or may not be counted. */
  isComplete(count: number): boolean {
    const isFull = this.#names.size >= this.#max || this.#characters >= MAX_CHARACTERS;
    if (isFull && this.#named > this.#names.size) return false;
    return this.#names.size >= count || (this.#named <= count && count <= this.#named + this.parents);
  }
}

/** Counts that a runner printed. */
export type StatedCounts = Partial<Omit<TestCounts, 'run'>>;

/** What one suite said: its counts, and which names are known in full. */
export interface Suite extends Omit<TestCounts, 'run'> {
  runner: string;
  failures: string[];
  isNamed: boolean;
  /** Read from a line that many programs print: it counts only where no runner is recognised. */
  isPlain?: boolean;
  passes?: string[];
  skips?: string[];
}

/** The tests of one suite as a reader gathers them. Memory is bounded by the caps of the names. */
export class Tests {
  readonly passed = new Names(MAX_NAMES.passed);
  readonly failed = new Names(MAX_NAMES.failed);
  readonly skipped = new Names(MAX_NAMES.skipped);

  /** Notes a test. Without a name it is only counted. */
  add(outcome: TestOutcome, name?: string): void {
    this[outcome].add(name === undefined ? undefined : stableName(name));
  }

  /** Tests noted so far, of each outcome. */
  get total(): number {
    return this.passed.total + this.failed.total + this.skipped.total;
  }

  /**
   * The suite as its runner closed it.
   * @param stated the counts that the runner printed; they win over what was counted here.
   */
  close(runner: string, stated: StatedCounts = {}): Suite {
    const { passed, failed, skipped } = this;
    const counts = {
      passed: stated.passed ?? passed.total,
      failed: stated.failed ?? failed.total,
      skipped: stated.skipped ?? skipped.total,
    };
    return {
      runner,
      ...counts,
      failures: counts.failed ? failed.list : [],
      isNamed: !counts.failed || failed.isComplete(counts.failed),
      ...(passed.isComplete(counts.passed) ? { passes: passed.list } : {}),
      ...(skipped.isComplete(counts.skipped) ? { skips: skipped.list } : {}),
    };
  }
}
