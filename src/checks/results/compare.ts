import type { TestResults } from './results.ts';

/** Some tests: how many, and their names where the output of both runs has them. */
interface SomeTests {
  count: number;
  names: string[];
}

/** What a change did to the results of one check. */
export interface ResultComparison {
  /** Tests were told apart by their names, or only counted, or one of the runs states no results and nothing can be said. */
  by: 'names' | 'numbers' | 'nothing';
  /** Tests that fail with the change and did not fail on the base: they passed there, or are new. By numbers: how many more fail. */
  newFailures: SomeTests;
  /** Tests that failed on the base and pass or are skipped now, or are gone. */
  fixed: SomeTests;
  /** Tests that ran on the base and are neither run nor skipped now. By numbers: how many fewer there are. */
  gone: SomeTests;
  /** Tests that ran on the base and are skipped now. By numbers: how many more are skipped. */
  newlySkipped: SomeTests;
  /** Tests ran on the base, none runs with the change. */
  isEmptied: boolean;
  /** The base's output states results, the change's output states none: the runner did not come to its end. */
  isLost: boolean;
}

const NONE: SomeTests = { count: 0, names: [] };

const without = (names: string[], others: Set<string>): string[] => names.filter((name) => !others.has(name));
const some = (names: string[], atLeast = 0): SomeTests => ({
  count: Math.max(names.length, atLeast, 0),
  names,
});

/** Every name of a run, when its output names every test. */
function allNames({ failures, passes, skips, isNamed }: TestResults): Set<string> | undefined {
  return isNamed && passes && skips ? new Set([...failures, ...passes, ...skips]) : undefined;
}

/** Ran on the base, and gone or skipped now. */
function missing(base: TestResults, change: TestResults): Pick<ResultComparison, 'gone' | 'newlySkipped'> {
  const [baseNames, changeNames] = [allNames(base), allNames(change)];
  const fewer = base.run + base.skipped - change.run - change.skipped;
  const moreSkipped = change.skipped - base.skipped;
  const ran = base.isNamed && base.passes ? new Set([...base.failures, ...base.passes]) : undefined;
  return {
    gone: baseNames && changeNames && ran ? some(without([...ran], changeNames), fewer) : some([], fewer),
    newlySkipped:
      ran && change.skips ? some(change.skips.filter((name) => ran.has(name))) : some([], moreSkipped),
  };
}

/**
 * Compares the results of one check on the base with those on the change. Facts only; what they mean for the task is decided elsewhere.
 * Failures are compared by name when the base names all of its failures, else by number: more failures than before are new ones.
 * Two tests of one name count by number as well.
 */
export function compareResults(
  base: TestResults | undefined,
  change: TestResults | undefined,
): ResultComparison {
  if (!base || !change)
    return {
      by: 'nothing',
      newFailures: NONE,
      fixed: NONE,
      gone: base ? some([], base.run) : NONE,
      newlySkipped: NONE,
      isEmptied: false,
      isLost: base !== undefined && base.run > 0,
    };
  const isNamed = base.isNamed && change.isNamed;
  const more = change.failed - base.failed;
  const newFailures = base.isNamed ? without(change.failures, new Set(base.failures)) : [];
  const fixed = isNamed ? without(base.failures, new Set(change.failures)) : [];
  return {
    by: isNamed ? 'names' : 'numbers',
    newFailures: some(newFailures, more),
    fixed: isNamed ? some(fixed) : some([], -more),
    ...missing(base, change),
    isEmptied: base.run > 0 && change.run === 0,
    isLost: false,
  };
}
