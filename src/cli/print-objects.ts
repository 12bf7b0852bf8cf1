import { type FormatName, parseOutput } from './output/format.ts';
import { print } from './output/print.ts';
import { sortBy } from './output/sort.ts';
import type { Column } from './output/table.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { painterFor } from './paint.ts';

export interface Printing<T extends object> {
  columns: readonly Column<T>[];
  kindName: string;
  /** True when many were asked for. */
  list: boolean;
}

/** Prints objects on standard output as -o, --no-headers, --sort-by, -q and --color ask. Throws OutputError. */
export async function printObjects<T extends object>(
  context: CliContext,
  options: GlobalOptions,
  items: readonly T[],
  printing: Printing<T>,
): Promise<void> {
  const format = parseOutput(options.output ?? (options.quiet ? 'name' : undefined), FORMATS);
  const sorted = options.sortBy ? sortBy(items, options.sortBy) : items;
  context.out(
    await print(format, sorted, {
      ...printing,
      noHeaders: options.headers === false,
      now: context.now(),
      color: painterFor(context, options),
      width: format.kind === 'table' ? context.width : undefined,
    }),
  );
}

const FORMATS: FormatName[] = ['table', 'wide', 'json', 'yaml', 'name', 'jsonl', 'jsonpath', 'custom-columns'];
