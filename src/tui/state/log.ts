import { safeText } from '../../cli/output/safe.ts';
import { clip } from '../../domain/text.ts';

/** A log as far as it has come: its last lines, harmless to a terminal. */
export interface Log {
  lines: readonly string[];
  /** Lines that were let go before these. */
  dropped: number;
  /** The beginning of a line whose end has not come. */
  rest: string;
}

export const EMPTY_LOG: Log = { lines: [], dropped: 0, rest: '' };

/** Lines that are kept, and characters of each: at most 5 million, whatever a task prints. */
export const MOST_LINES = 5000;
export const LINE_CHARS = 1000;
/** Characters of a line that are looked at. */
const LINE_READ = 4 * LINE_CHARS;

/** A text of its own: a part of a longer one keeps the whole of that in memory. */
const apart = (text: string): string => Buffer.from(text).toString();

/** The lines that one line of output is: what a carriage return would overwrite is a line of its own. */
const harmless = (line: string): string[] =>
  safeText(line.slice(0, LINE_READ).replace(/\r$/, ''))
    .split('\n')
    .map((each) => apart(clip(each.replaceAll('\t', '    '), LINE_CHARS)));

function withLines(log: Log, fresh: readonly string[], rest: string): Log {
  const unread = Math.max(0, fresh.length - MOST_LINES);
  const all = [...log.lines, ...fresh.slice(unread).flatMap(harmless)];
  const excess = Math.max(0, all.length - MOST_LINES);
  return { lines: all.slice(excess), dropped: log.dropped + unread + excess, rest };
}

/** The log with the next piece of text. */
export function appendLog(log: Log, piece: string): Log {
  const parts = (log.rest + piece).split('\n');
  const rest = (parts.pop() ?? '').slice(0, LINE_READ);
  return parts.length === 0 ? { ...log, rest } : withLines(log, parts, rest);
}

/** The log when nothing comes after it: its last line may lack its end. */
export const endLog = (log: Log): Log => (log.rest === '' ? log : withLines(log, [log.rest], ''));

/** Lines that there have been. */
export const lengthOf = ({ dropped, lines }: Log): number => dropped + lines.length;

/** At most `count` lines from the line numbered `top` on, counted from 0 over all that there have been. */
export const linesFrom = (log: Log, top: number, count: number): readonly string[] => {
  const at = Math.max(0, top - log.dropped);
  return log.lines.slice(at, at + count);
};
