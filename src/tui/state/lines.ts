import stringWidth from 'string-width';
import { safeLine } from '../../cli/output/safe.ts';
import { cutToWidth } from '../../cli/output/width.ts';

/** Columns and rows of a terminal. */
export interface Size {
  columns: number;
  rows: number;
}

/** No character takes more than this many code units and still a column worth showing. */
const UNITS = 8;

/** A harmless line of at most `width` columns; an ellipsis shows the cut. */
export const cut = (text: string, width: number): string =>
  width <= 0 ? '' : cutToWidth(text.slice(0, width * UNITS), width, stringWidth);

/** Any text as one harmless line of at most `width` columns. */
export const oneLine = (text: string, width: number): string => cut(safeLine(text), width);

/** A text that takes exactly `width` columns. */
export function cell(text: string, width: number): string {
  const kept = oneLine(text, width);
  return kept + ' '.repeat(Math.max(0, width - stringWidth(kept)));
}

/** A text, made one harmless line, over several lines of at most `width` columns; words that are longer are cut in two. At most `most` lines. */
export function wrapped(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of safeLine(text)
    .split(' ')
    .flatMap((each) => pieces(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line) lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), cut(`${lines[most - 1] ?? ''} …`, width)];
}

const pieces = (word: string, width: number): string[] => {
  const found: string[] = [];
  let piece = '';
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    if (piece && stringWidth(piece + segment) > width) {
      found.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...found, piece];
};
