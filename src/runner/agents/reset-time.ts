const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** As Claude Code 2.1 says it: `resets 3pm (Europe/Berlin)`, `resets at 13:00`, `resets Oct 5, 3:30pm (UTC)`. */
const RESETS =
  /\bresets? (?:at )?(?:(?<month>[a-z]{3})[a-z]* (?<day>\d{1,2}),? (?:at )?)?(?<hour>\d{1,2})(?::(?<minute>\d\d))? ?(?<half>[ap]m)?(?: \((?<zone>[A-Za-z][\w/+-]*)\))?/i;
/** As earlier versions said it, in Unix seconds. */
const REACHED = /\blimit reached\|(\d{9,11})\b/i;

/** The wall clock of an instant in a time zone, as if it were UTC. Throws RangeError for an unknown zone. */
function wallClock(at: number, timeZone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** A time of day, perhaps of a certain day, as a sentence names it. */
interface Named {
  /** 0 to 11, with its day; undefined for the next day that has this time. */
  month?: number;
  day: number;
  minutes: number;
  zone: string | undefined;
}

function namedIn(text: string): Named | undefined {
  const { month, day, hour, minute = '0', half, zone } = RESETS.exec(text)?.groups ?? {};
  if (hour === undefined) return undefined;
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour);
  const monthAt = month && MONTHS.indexOf(month.toLowerCase());
  if (hours > 23 || Number(minute) > 59 || monthAt === -1) return undefined;
  return {
    ...(typeof monthAt === 'number' && { month: monthAt }),
    day: Number(day),
    minutes: hours * 60 + Number(minute),
    zone,
  };
}

/** The next wall clock of this kind after another, both as if they were UTC. */
function next({ month, day, minutes }: Named, here: number): number {
  const today = new Date(here);
  const year = today.getUTCFullYear();
  if (month === undefined) {
    const then = Date.UTC(year, today.getUTCMonth(), today.getUTCDate(), 0, minutes);
    return then > here ? then : then + DAY;
  }
  const then = Date.UTC(year, month, day, 0, minutes);
  return then > here ? then : Date.UTC(year + 1, month, day, 0, minutes);
}

/** Returns the time at which a limit resets, from a provider's message; undefined if the message has no valid time. A time without a date is the next one after `now`. */
export function resetTime(text: string, now: Date = new Date()): Date | undefined {
  const unix = REACHED.exec(text)?.[1];
  if (unix !== undefined) return new Date(Number(unix) * 1000);
  const named = namedIn(text);
  if (!named) return undefined;
  try {
    const here = wallClock(now.getTime(), named.zone);
    return new Date(Math.floor((now.getTime() + next(named, here) - here) / MINUTE) * MINUTE);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
