import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml';

/**
 * What a task may see of a person's configuration of package managers: the keys that an allowlist names, so that a company's mirror counts.
 * Everything else stays out: tokens, passwords, commands. Each function takes a file's text and gives the text of the new one, empty when
 * nothing is left. One that cannot be parsed gives nothing.
 */
export type Keep = (text: string) => string;

/** True when the whole name fits one of the patterns, in which `*` stands for any text. */
const fits = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
  });

/**
 * A value without a user's name and password in its URLs. Undefined for one that cannot be shown: a variable may expand to a token, and a
 * query may hold one.
 */
function cleanValue(value: string): string | undefined {
  const clean = value.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s"']*@/gi, '$1');
  return /\$|:\/\/\S*[?#]/.test(clean) ? undefined : clean;
}

/** Lines of `key = value` (`separator` between them), with sections, comments and values that go on in indented lines. */
export const keepIni =
  (patterns: readonly string[], separator = /\s*[=:]\s*/): Keep =>
  (text) => {
    const kept: string[] = [];
    let section: string | undefined;
    let open = false;
    const put = (line: string): void => {
      if (section !== undefined) kept.push(section);
      section = undefined;
      kept.push(line);
    };
    for (const line of text.split(/\r?\n/)) {
      const goesOn = /^\s+\S/.test(line) && open;
      if (/^\s*([#;].*)?$/.test(line)) continue;
      if (/^\[.*\]\s*$/.test(line)) [section, open] = [line, false];
      else if (goesOn) put(cleanValue(line) ?? '');
      else {
        const entry = line.trim();
        const [key, value] = splitOnce(entry, separator);
        const clean = value === undefined ? undefined : cleanValue(value);
        open = clean !== undefined && fits(patterns, key.replaceAll('"', ''));
        if (open) put(`${entry.slice(0, entry.length - (value?.length ?? 0))}${clean}`);
      }
    }
    return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
  };

function splitOnce(line: string, separator: RegExp): [string, string | undefined] {
  // A scope's key holds a colon (`@acme:registry=…`): the equals sign is the better one where there is one.
  const at = line.includes('=') ? line.search(/\s*=\s*/) : line.search(separator);
  if (at < 0) return [line, undefined];
  return [line.slice(0, at), line.slice(at).replace(line.includes('=') ? /^\s*=\s*/ : separator, '')];
}

/** The values of a tree whose paths (`a.b`; `*` for each item of a list) fit. */
function picked(node: unknown, patterns: readonly string[], path: readonly string[] = []): unknown {
  if (Array.isArray(node)) {
    const items = node.map((item) => picked(item, patterns, [...path, '*'])).filter(isThere);
    return items.length > 0 ? items : undefined;
  }
  if (node !== null && typeof node === 'object') {
    const fields = Object.entries(node).map(([key, value]) => [
      key,
      picked(value, patterns, [...path, key.replaceAll('.', '_')]),
    ]);
    const left = fields.filter(([, value]) => isThere(value));
    return left.length > 0 ? Object.fromEntries(left) : undefined;
  }
  if (!fits(patterns, path.join('.'))) return undefined;
  return typeof node === 'string' ? cleanValue(node) : node;
}

const isThere = (value: unknown): boolean => value !== undefined;

const keepTree =
  (parse: (text: string) => unknown, print: (tree: object) => string) =>
  (patterns: readonly string[]): Keep =>
  (text) => {
    try {
      const tree = picked(parse(text), patterns);
      return typeof tree === 'object' && tree !== null ? print(tree) : '';
    } catch {
      return '';
    }
  };

export const keepToml = keepTree(parseToml, stringifyToml);
export const keepYaml = keepTree((text) => parseYaml(text) as unknown, stringifyYaml);

/** The named elements of an XML document; one that is not named goes with all that is in it. */
export const keepXml =
  (names: ReadonlySet<string>): Keep =>
  (text) => {
    const plain = text.replace(/<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[[^]*?\]\]>|<!DOCTYPE[^>]*>/g, '');
    const kept: string[] = [];
    const open: string[] = [];
    const isKept = (): boolean => open.every((name) => names.has(name));
    for (const [token, slash, name, , empty] of plain.matchAll(/<(\/?)([\w.-]+)([^>]*?)(\/?)>|[^<]+/g)) {
      if (name === undefined) {
        if (isKept()) kept.push(cleanValue(token) ?? '');
        continue;
      }
      if (slash && open.at(-1) !== name) return '';
      if (!slash) open.push(name);
      if (isKept()) kept.push(`<${slash}${name}${empty}>`);
      if (slash || empty) open.pop();
    }
    const result = kept.join('').replace(/\n\s*\n+/g, '\n').trim(); // prettier-ignore
    return open.length === 0 && /<url>|<host>/.test(result) ? `${result}\n` : '';
  };
