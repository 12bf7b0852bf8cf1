import { useNow } from '../hooks/clock.tsx';
import { span } from '../../../domain/figures.ts';
import { ago } from '../state/format.ts';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** How long ago a moment was; the exact time is its title. */
export function Ago({ time }: { time: string | null }) {
  const now = useNow();
  const ms = time === null ? Number.NaN : Date.parse(time);
  if (time === null || Number.isNaN(ms)) return <span>unknown</span>;
  return (
    <time dateTime={time} title={exact.format(ms)}>
      {ago(ms, now)}
    </time>
  );
}

/** The time between two moments, up to now when the second is to come. */
export function Took({ from, to }: { from: string; to: string | null }) {
  const now = useNow();
  const seconds = ((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000;
  return <span>{span(to === null ? Math.floor(seconds) : seconds)}</span>;
}
