import { columnsOf } from './custom-columns.ts';
import { asDocument, toJson, toJsonLines, toNames, toYaml } from './document.ts';
import { OutputError } from './error.ts';
import type { OutputFormat } from './format.ts';
import { render } from './jsonpath/render.ts';
import { gridOf, layout, type Column, type TableLayout } from './table.ts';

export interface PrintOptions<T extends object> extends TableLayout {
  columns: readonly Column<T>[];
  /** True when many were asked for: JSON, YAML and jsonpath get a List even of one. */
  list: boolean;
  /** For `-o name`: `agenticsession.vteam.ambient-code`. */
  kindName: string;
  /** What ages are counted to. */
  now: Date;
}

/** The columns that a format shows of a kind's own. */
export const shownColumns = <T extends object>(
  format: OutputFormat,
  columns: readonly Column<T>[],
): readonly Column<T>[] =>
  format.kind === 'custom-columns'
    ? columnsOf(format.columns)
    : columns.filter(({ wide }) => format.kind === 'wide' || !wide);

/**
 * Objects in a format, ready for standard output and harmless to a terminal. Every format but jsonpath ends with a newline. A
 * table of nothing is empty (the command says on standard error that there is nothing); custom columns keep their headers.
 */
export async function print<T extends object>(
  format: OutputFormat,
  items: readonly T[],
  options: PrintOptions<T>,
): Promise<string> {
  const { columns, list, kindName, now } = options;
  switch (format.kind) {
    case 'table':
    case 'wide':
      if (items.length === 0) return '';
      return layout(gridOf(items, shownColumns(format, columns), now), options);
    case 'custom-columns':
      return layout(gridOf(items, shownColumns(format, columns), now), options);
    case 'json':
      return toJson(asDocument(items, list));
    case 'jsonl':
      return toJsonLines(items);
    case 'yaml':
      return toYaml(asDocument(items, list));
    case 'name':
      return toNames(items, kindName);
    case 'junit':
      throw new OutputError('-o junit reports on tasks that ended; objects are not printed in it.');
    case 'jsonpath':
      return render(format.template, asDocument(items, list));
  }
}
