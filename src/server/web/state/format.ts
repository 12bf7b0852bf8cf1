const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** How long ago a moment was, roughly: `just now`, `5 min ago`. Times are in ms. */
export function ago(time: number, now: number): string {
  const seconds = Math.floor((now - time) / 1000);
  const unit = UNITS.find(([, length]) => seconds >= length);
  if (unit) return `${Math.floor(seconds / unit[1])} ${unit[0]} ago`;
  return seconds < 10 ? 'just now' : `${seconds} s ago`;
}
