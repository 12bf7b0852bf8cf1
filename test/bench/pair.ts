import { execaSync } from 'execa';

/** One figure: what ours took and what the other took, run in turn so that the machine's moods hit both. */
export interface Figure {
  name: string;
  ours: string;
  theirs: string;
  /** Medians, in milliseconds of wall time. */
  oursMs: number;
  theirsMs: number;
  /** The median of the pairs' ratios ours/theirs. */
  ratio: number;
  runs: number;
}

export interface Contender {
  label: string;
  run(round: number): void;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const time = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

/** Runs both in turn, one warm-up round first. */
export function pair(name: string, ours: Contender, theirs: Contender, runs: number): Figure {
  ours.run(-1);
  theirs.run(-1);
  const pairs = Array.from(
    { length: runs },
    (_, round) => [time(() => ours.run(round)), time(() => theirs.run(round))] as const,
  );
  return {
    name,
    ours: ours.label,
    theirs: theirs.label,
    oursMs: median(pairs.map(([a]) => a)),
    theirsMs: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
    runs,
  };
}

/** A contender that is waited for. */
export interface AsyncContender {
  label: string;
  run(round: number): Promise<void>;
}

async function timeAsync(contender: AsyncContender, round: number): Promise<number> {
  const start = performance.now();
  await contender.run(round);
  return performance.now() - start;
}

/** What 95 of 100 values are at most. */
const late = (values: readonly number[]): string =>
  (values.toSorted((x, y) => x - y)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN).toFixed(0);

/** The same of what is waited for; the figure's name has the 95th percentiles. */
export async function pairAsync(
  name: string,
  ours: AsyncContender,
  theirs: AsyncContender,
  runs: number,
): Promise<Figure> {
  const pairs: (readonly [number, number])[] = [];
  for (let round = -1; round < runs; round++) {
    const both = [await timeAsync(ours, round), await timeAsync(theirs, round)] as const;
    if (round >= 0) pairs.push(both);
  }
  const mine = pairs.map(([a]) => a);
  const other = pairs.map(([, b]) => b);
  return {
    name: `${name} (95 of 100 within ${late(mine)} and ${late(other)} ms)`,
    ours: ours.label,
    theirs: theirs.label,
    oursMs: median(mine),
    theirsMs: median(other),
    ratio: median(pairs.map(([a, b]) => a / b)),
    runs,
  };
}

/** A command as a contender; it must succeed. */
export const command = (
  label: string,
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Contender => ({
  label,
  run: () => void execaSync(file, args, { env, stdout: 'ignore' }),
});
