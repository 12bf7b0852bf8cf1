import { escapeInQuotes } from './safe.ts';

/** One object alone, or a `v1` List of them, as kubectl puts them out for JSON, YAML and jsonpath. */
export const asDocument = (items: readonly object[], list: boolean): unknown =>
  list || items.length !== 1 ? { apiVersion: 'v1', kind: 'List', items } : items[0];

/** A copy with keys in order and without `metadata.managedFields`, as kubectl prints objects. */
function tidy(value: unknown, parent = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => tidy(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, field]) => field !== undefined && !(parent === 'metadata' && key === 'managedFields'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => [key, tidy(field, key)] as const);
  return Object.fromEntries(entries);
}

/** JSON with kubectl's indent of four. */
export const toJson = (document: unknown): string =>
  `${escapeInQuotes(JSON.stringify(tidy(document), undefined, 4))}\n`;

/** One object a line. */
export const toJsonLines = (items: readonly object[]): string =>
  items.map((item) => `${escapeInQuotes(JSON.stringify(tidy(item)))}\n`).join('');

/** YAML of a document; the library is loaded here, for those who ask for it. */
export const toYaml = async (document: unknown): Promise<string> =>
  (await import('./yaml.ts')).yamlText(tidy(document));

/** `<kind>/<name>` lines; the kind as `agenticsession.vteam.ambient-code`. */
export const toNames = (items: readonly object[], kindName: string): string =>
  items.map((item) => `${kindName}/${nameOf(item)}\n`).join('');

function nameOf(item: object): string {
  const metadata: unknown = 'metadata' in item ? item.metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('name' in metadata)) return '';
  return String(metadata.name);
}
