/** A span of seconds, exact enough to compare: `42 s`, `3 min 5 s`, `1 h 2 min`. */
export function span(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(whole, 60, ['min', 's']);
  return pair(Math.floor(whole / 60), 60, ['h', 'min']);
}

const pair = (total: number, per: number, [large, small]: readonly [string, string]): string =>
  `${Math.floor(total / per)} ${large}${total % per ? ` ${total % per} ${small}` : ''}`;

/** A count of tokens: `950`, `12.3 k`, `1.2 M`. */
export function count(number: number): string {
  if (number < 1000) return String(number);
  const [divisor, unit] = number < 999_950 ? ([1000, 'k'] as const) : ([1_000_000, 'M'] as const);
  return `${(number / divisor).toFixed(1).replace(/\.0$/, '')} ${unit}`;
}

/** US dollars, small amounts to the cent's tenth. */
export const dollars = (amount: number): string => `$${amount.toFixed(amount < 1 ? 3 : 2)}`;

/** Numbers of tests, with those of the base where it was run. */
export interface TestFigures {
  passed: number;
  failed: number;
  skipped: number;
  baseline?: { passed: number; failed: number; skipped: number };
}

/** `211 passed, 3 failed (before: 214 passed)`. */
export function testFigures({ baseline, ...now }: TestFigures): string {
  const numbers = ({ passed, failed, skipped }: Omit<TestFigures, 'baseline'>): string =>
    [
      `${passed} passed`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(', ');
  return `${numbers(now)}${baseline ? ` (before: ${numbers(baseline)})` : ''}`;
}
