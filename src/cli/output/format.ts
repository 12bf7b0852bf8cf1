import { parseCustomColumns, type CustomColumn } from './custom-columns.ts';
import { OutputError } from './error.ts';
import type { Template } from './jsonpath/nodes.ts';
import { parseTemplate } from './jsonpath/parse.ts';

/** What `-o` asks for. */
export type OutputFormat =
  | { kind: 'table' | 'wide' | 'json' | 'yaml' | 'name' | 'jsonl' }
  | { kind: 'jsonpath'; template: Template }
  | { kind: 'custom-columns'; columns: readonly CustomColumn[] };

type FormatName = OutputFormat['kind'];

interface Reading {
  /** How `-o` names it, for the list in errors. */
  usage: string;
  /** Makes the format of what follows `=`; undefined without `=`. */
  read: (argument: string | undefined) => OutputFormat | undefined;
}

const plain = (kind: 'table' | 'wide' | 'json' | 'yaml' | 'name' | 'jsonl'): Reading => ({
  usage: kind,
  read: (argument) => (argument === undefined ? { kind } : undefined),
});

const FORMATS: Record<FormatName, Reading> = {
  table: plain('table'),
  wide: plain('wide'),
  json: plain('json'),
  yaml: plain('yaml'),
  name: plain('name'),
  jsonl: plain('jsonl'),
  jsonpath: {
    usage: "jsonpath='{.metadata.name}'",
    read: (argument) => (argument ? { kind: 'jsonpath', template: parseTemplate(argument) } : undefined),
  },
  'custom-columns': {
    usage: 'custom-columns=NAME:.metadata.name',
    read: (argument) =>
      argument ? { kind: 'custom-columns', columns: parseCustomColumns(argument) } : undefined,
  },
};

const isFormat = (name: string): name is FormatName => Object.hasOwn(FORMATS, name);
const FORMAT_NAMES: readonly FormatName[] = Object.keys(FORMATS).filter(isFormat);

/**
 * Reads the value of `-o`; nothing is `table`. `allowed` are the formats that the command knows, all when absent. Throws an
 * OutputError that lists them.
 */
export function parseOutput(text: string | undefined, allowed = FORMAT_NAMES): OutputFormat {
  const [, name = '', argument] = /^([^=]*)(?:=(.*))?$/s.exec(text || 'table') ?? [];
  const format = isFormat(name) && allowed.includes(name) ? FORMATS[name].read(argument) : undefined;
  if (format) return format;
  const usages = allowed.map((each) => FORMATS[each].usage);
  throw new OutputError(`invalid -o ${text}: must be one of ${usages.join(', ')}.`);
}
