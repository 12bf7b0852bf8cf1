import { BgtaskError } from '../domain/errors.ts';

const UNIT: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Go writes them: `90s`, `1h30m`, `500ms`; a bare number is seconds. Throws Usage, naming the option. */
export function parseDuration(text: string, option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d{1,9})(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new BgtaskError('Usage', `invalid ${option} ${JSON.stringify(text)}: must be a duration.`, {
      hint: 'For example: 90s, 30m or 1h30m',
    });
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT[unit ?? ''] ?? 0), 0);
}
