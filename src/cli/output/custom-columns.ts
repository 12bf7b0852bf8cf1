import { OutputError } from './error.ts';
import { evaluate } from './jsonpath/evaluate.ts';
import type { Step } from './jsonpath/nodes.ts';
import { parsePath } from './jsonpath/parse.ts';
import { safeLine } from './safe.ts';
import type { Column } from './table.ts';

/** One column of `-o custom-columns`. */
export interface CustomColumn {
  header: string;
  path: readonly Step[];
}

/** A comma that is in no bracket and no quotes parts two columns. */
const SPEC = /(?:'[^']*'|"[^"]*"|\[(?:'[^']*'|"[^"]*"|[^\]'"])*\]|[^,'"[])+/g;

/** Reads `NAME:.metadata.name,PHASE:.status.phase`. Throws an OutputError for anything else. */
export function parseCustomColumns(spec: string): CustomColumn[] {
  const columns = spec.match(SPEC) ?? [];
  if (columns.join(',') !== spec || columns.length === 0) throw badSpec(spec);
  return columns.map((column) => {
    const colon = column.indexOf(':');
    const [header, path] = [column.slice(0, colon), column.slice(colon + 1)];
    if (colon <= 0 || path === '') throw badSpec(column);
    return { header, path: parsePath(path) };
  });
}

const badSpec = (text: string): OutputError =>
  new OutputError(
    `custom-columns "${safeLine(text)}" is not HEADER:PATH, for example -o custom-columns=NAME:.metadata.name,PHASE:.status.phase`,
  );

/** The table columns for them: what is missing prints `<none>`, several values stand with commas. */
export const columnsOf = (columns: readonly CustomColumn[]): Column[] =>
  columns.map(({ header, path }) => ({
    header,
    value: (item) => evaluate(path, item).map(goFormat).join(',') || '<none>',
  }));

/** As Go's fmt.Sprint, which kubectl prints cells with: `map[a:1 b:2]`, `[1 2]`. */
function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<none>';
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`;
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${fields.map(([key, field]) => `${key}:${goFormat(field)}`).join(' ')}]`;
}
