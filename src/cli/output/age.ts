const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** `before` seconds: print in `unit`s, with what is left over in `rest` when there is any. */
interface Step {
  before: number;
  unit: [number, string];
  rest?: [number, string];
}

/** The steps of apimachinery's duration.HumanDuration: about two or three significant figures. */
const STEPS: readonly Step[] = [
  { before: 2 * MINUTE, unit: [1, 's'] },
  { before: 10 * MINUTE, unit: [MINUTE, 'm'], rest: [1, 's'] },
  { before: 3 * HOUR, unit: [MINUTE, 'm'] },
  { before: 8 * HOUR, unit: [HOUR, 'h'], rest: [MINUTE, 'm'] },
  { before: 2 * DAY, unit: [HOUR, 'h'] },
  { before: 8 * DAY, unit: [DAY, 'd'], rest: [HOUR, 'h'] },
  { before: 2 * YEAR, unit: [DAY, 'd'] },
  { before: 8 * YEAR, unit: [YEAR, 'y'], rest: [DAY, 'd'] },
  { before: Infinity, unit: [YEAR, 'y'] },
];

/** A span of milliseconds as kubectl prints it: `5s`, `3m20s`, `2d3h`, `400d`. Two seconds or more below zero are `<invalid>`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (Number.isNaN(seconds) || seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  const step = STEPS.find(({ before }) => seconds < before);
  if (!step) return '<invalid>';
  const [size, name] = step.unit;
  const whole = `${Math.floor(seconds / size)}${name}`;
  if (!step.rest) return whole;
  const [restSize, restName] = step.rest;
  const rest = Math.floor((seconds % size) / restSize);
  return rest === 0 ? whole : `${whole}${rest}${restName}`;
}

/** How long ago an RFC 3339 time was; `<unknown>` for none, as kubectl prints it. */
export const age = (timestamp: string | undefined, now: Date): string =>
  timestamp === undefined || Number.isNaN(Date.parse(timestamp))
    ? '<unknown>'
    : humanDuration(now.getTime() - Date.parse(timestamp));
