import type { Suite } from './tests.ts';

/** Where readers hand over the suites that they saw the end of. */
export interface Suites {
  /** A suite is closed: what other readers gathered meanwhile is theirs to hand over now or to drop. */
  close(suite: Suite): void;
  /** A runner that starts others (prove, ctest, make check) begins: returns a mark for `replace`. */
  mark(): number;
  /** That runner's own counts, instead of those of the suites since its mark: they are the same tests. */
  replace(mark: number, suite: Suite): void;
}

/**
 * Reads the output of one test runner, line by line. A reader keeps bounded state, looks at each line in time that is linear, or quadratic at worst in the 2,000 characters it is given, and
 * closes a suite only at a line that states its result.
 */
export interface Reader {
  /** What it gathers needs no closing line: it counts even when a runner that starts others begins. */
  readonly standsAlone?: boolean;
  /** It reads events in JSON, whole up to 65,536 characters. */
  readonly readsJson?: boolean;
  /** @param text one line without escapes, carriage returns and its end; at most 2,000 characters unless the reader reads JSON. */
  line(text: string, suites: Suites): void;
  /** The output ended, or another runner closed a suite: hands over what needs no closing line and forgets the rest. */
  flush(suites: Suites): void;
}

/** Makes a reader with an empty state. */
export type ReaderMaker = () => Reader;
