/** Milliseconds before the first new attempt, and at most. */
const FIRST = 500;
const MOST = 15_000;

/** Milliseconds to wait after so many failures in a row. `chance`, from 0 to 1, spreads those who lost a server at the same moment. */
export const backoff = (failures: number, chance: number): number =>
  Math.round(Math.min(MOST, FIRST * 2 ** Math.max(0, failures - 1)) * (0.75 + chance / 2));
