import { parseCustomColumns, type CustomColumn } from './custom-columns.ts';
import { OutputError } from './error.ts';
import type { Template } from './jsonpath/nodes.ts';
import { parseTemplate } from './jsonpath/parse.ts';

/** What `-o` asks for. */
export type OutputFormat =
  | { kind: 'table' | 'wide' | 'json' | 'yaml' | 'name' | 'jsonl' | 'junit' }
  | { kind: 'jsonpath'; template: Template }
  | { kind: 'custom-columns'; columns: readonly CustomColumn[] };

type FormatName = OutputFormat['kind'];

interface Reading {
  /** How `-o` names it, for the list in errors. */
  usage: string;
  /** Makes the format of what follows `=`; undefined without `=`. */
  read: (argument: string | undefined) => OutputFormat | undefined;
}

const plain = (kind: 'table' | 'wide' | 'json' | 'yaml' | 'name' | 'jsonl' | 'junit'): Reading => ({
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
  junit: plain('junit'),
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
/** What commands print that report on tasks which ended. */
export const REPORT_FORMATS: readonly FormatName[] = Object.keys(FORMATS).filter(isFormat);
/** What objects are printed in. */
const OBJECT_FORMATS: readonly FormatName[] = REPORT_FORMATS.filter((name) => name !== 'junit');

/**
 * Reads the value of `-o`; nothing is `table`. `allowed` are the formats that the command knows, those of objects when absent. Throws an
 * OutputError that lists them.
 */
export function parseOutput(text: string | undefined, allowed = OBJECT_FORMATS): OutputFormat {
  const [, name = '', argument] = /^([^=]*)(?:=(.*))?$/s.exec(text || 'table') ?? [];
  const format = isFormat(name) && allowed.includes(name) ? FORMATS[name].read(argument) : undefined;
  if (format) return format;
  const usages = allowed.map((each) => FORMATS[each].usage);
  throw new OutputError(`invalid -o ${text}: must be one of ${usages.join(', ')}.`);
}
