import { safeLine } from './safe.ts';
import { cutToWidth, measureFor, type Measure } from './width.ts';

/** One column of a table. */
export interface Column<T extends object = object> {
  /** In capitals, as kubectl's. */
  header: string;
  /** The cell of an item; `now` is for ages. Any text: the table makes it one harmless line. */
  value: (item: T, now: Date) => string;
  /** True for columns of `-o wide` alone. */
  wide?: boolean;
  /** True when the cell may be shortened to fit a terminal's width. */
  cut?: boolean;
}

/** Colours a cell that is already padded and harmless. It adds nothing but escape sequences. */
export type Painter = (text: string, header: string) => string;

export interface TableLayout {
  noHeaders: boolean;
  color?: Painter | undefined;
  /** Columns of the terminal; cells that may be cut are cut to fit. Absent: nothing is cut. */
  width?: number | undefined;
  /** The widths of the columns of earlier tables: this one is at least as wide, and leaves its own here. */
  remembered?: number[] | undefined;
}

/** What a table is laid out from: every row has a cell for each header. */
export interface Grid {
  headers: readonly string[];
  rows: readonly (readonly string[])[];
  /** For each column, whether its cells may be cut. */
  cuts?: readonly boolean[];
}

/** kubectl's printers.GetNewTabWriter: a cell takes at least 6 columns, 3 of them at least padding. */
const PADDING = 3;
const MIN_CELL = 6;
/** A shortened cell keeps this many columns. */
const MIN_CUT = 12;

/** The cells of items, harmless and on one line each. */
export const gridOf = <T extends object>(
  items: readonly T[],
  columns: readonly Column<T>[],
  now: Date,
): Grid => ({
  headers: columns.map(({ header }) => header),
  rows: items.map((item) => columns.map(({ value }) => safeLine(value(item, now)))),
  cuts: columns.map(({ cut }) => cut ?? false),
});

/** A table as kubectl lays it out: cells to the left, three spaces between, the last column unpadded, a newline after each row. */
export async function layout(grid: Grid, table: TableLayout): Promise<string> {
  const { noHeaders, color, width, remembered = [] } = table;
  const lines = noHeaders ? grid.rows : [grid.headers, ...grid.rows];
  const measure = await measureFor(lines.flat());
  const natural = grid.headers.map((_, index) =>
    lines.reduce((most, row) => Math.max(most, measure(row[index] ?? '')), remembered[index] ?? 0),
  );
  remembered.splice(0, remembered.length, ...natural);
  const widths = width === undefined ? natural : fit(natural, grid.cuts ?? [], width);
  return lines
    .map((row, line) => {
      const paint = color && (noHeaders || line > 0) ? color : undefined;
      return `${renderRow(row, grid.headers, { widths, measure, paint })}\n`;
    })
    .join('');
}

interface RowStyle {
  widths: readonly number[];
  measure: Measure;
  paint: Painter | undefined;
}

function renderRow(row: readonly string[], headers: readonly string[], style: RowStyle): string {
  const { widths, measure, paint } = style;
  const cells = row.map((text, index) => cutToWidth(text, widths[index] ?? 0, measure));
  const last = cells.findLastIndex((text) => text !== '');
  return cells
    .slice(0, last + 1)
    .map((text, index) => {
      const pad = index === last ? 0 : cellWidth(widths[index] ?? 0) - measure(text);
      return (paint && text !== '' ? paint(text, headers[index] ?? '') : text) + ' '.repeat(pad);
    })
    .join('');
}

const cellWidth = (text: number): number => Math.max(text + PADDING, MIN_CELL);

/** Takes columns from the widest cell that may be cut until the row fits, or nothing more can be taken. */
function fit(natural: readonly number[], cuts: readonly boolean[], width: number): number[] {
  const widths = [...natural];
  const total = (): number =>
    widths.reduce((sum, text, index) => sum + (index === widths.length - 1 ? text : cellWidth(text)), 0);
  for (let excess = total() - width; excess > 0; excess = total() - width) {
    const candidates = widths.map((text, index) => (cuts[index] && text > MIN_CUT ? text : 0));
    const widest = Math.max(...candidates);
    if (widest <= 0) break;
    widths[candidates.indexOf(widest)] = widest - 1;
  }
  return widths;
}
