import { OutputError } from '../error.ts';
import { safeLine } from '../safe.ts';

/** A place in a template's text. Its errors name the template and the column. */
export class Reader {
  at = 0;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** The next character; empty at the end. */
  peek(): string {
    return this.text[this.at] ?? '';
  }

  /** True, and past it, when `expected` comes next. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** What a pattern matches here; undefined, and no step forward, when it does not. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(pattern.source, 'suy');
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text) ?? undefined;
    this.at += found?.[0].length ?? 0;
    return found;
  }

  skipSpace(): void {
    this.match(/\s*/);
  }

  fail(why: string): never {
    throw new OutputError(`jsonpath ${safeLine(this.text)} at column ${this.at + 1}: ${why}`);
  }
}

const ESCAPES: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** What stands between quotes, before its escapes are read. The opening quote comes next in the reader. */
export function readQuoted(reader: Reader): string {
  const found = reader.match(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/);
  if (!found) return reader.fail('the quoted text has no end');
  return found[1] ?? found[2] ?? '';
}

/** Go's escapes in a quoted text: `\n`, `\t`, `\x1b`, `\u00e9` and the like. */
export function unquote(raw: string, reader: Reader): string {
  return raw.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gis,
    (_, byte?: string, unit?: string, char?: string) => {
      const digits = byte ?? unit;
      if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
      return ESCAPES[char ?? ''] ?? reader.fail(`\\${char} is not a known escape`);
    },
  );
}
