import type { CliContext, GlobalOptions } from './context.ts';
import { parseOutput } from './output/format.ts';
import { print } from './output/print.ts';
import { sortBy } from './output/sort.ts';
import type { Column } from './output/table.ts';
import { painterFor } from './paint.ts';

/** How objects of a kind are shown. */
export interface Showing<T extends object> {
  columns: readonly Column<T>[];
  /** As kubectl has it: `agenticsession.vteam.ambient-code`. */
  kindName: string;
  /** What people call one. */
  noun: string;
  /** The name people call it by. */
  nameOf: (item: T) => string;
}

/**
 * Prints objects on standard output as -o, --no-headers, --sort-by and --color ask; with -q alone their bare names. `list` is true when many
 * were asked for. Throws OutputError.
 */
export async function printObjects<T extends object>(
  context: CliContext,
  options: GlobalOptions,
  items: readonly T[],
  showing: Showing<T> & { list: boolean; remembered?: number[] },
): Promise<void> {
  const format = parseOutput(options.output);
  const sorted = options.sortBy ? sortBy(items, options.sortBy) : items;
  if (options.quiet && !options.output)
    return context.out(sorted.map((item) => `${showing.nameOf(item)}\n`).join(''));
  context.out(
    await print(format, sorted, {
      ...showing,
      noHeaders: options.headers === false,
      now: context.now(),
      color: painterFor(context, options),
      width: format.kind === 'table' ? context.width : undefined,
    }),
  );
}

/** Says on standard output what was done to an object: in words, as its bare name with -q, or as the object with -o. */
export async function announce<T extends object>(
  context: CliContext,
  options: GlobalOptions,
  { object, showing }: { object: T; showing: Showing<T> },
  done: string,
): Promise<void> {
  if (options.output || options.quiet)
    await printObjects(context, options, [object], { ...showing, list: false });
  else context.out(`${showing.noun}/${showing.nameOf(object)} ${done}\n`);
}
