/** Stands for something that only a run of CI can tell, e.g. an expression of its language. */
export const HOLE = '\u01c2';
/** Stands for the repository's root, whatever folder a command runs in. */
export const ROOT = '\u01c3';

const NAME = /^(?:(\w+|[@*])|\{(\w+|[@*])(?::?([-=+])([^{}]*))?\})/;
const MAX_VALUE = 1_024;

/** The shell variables of a script whose values can be told without running it. */
export class ShellValues {
  private readonly values: Map<string, string>;
  private readonly names: Set<string>;

  /** `values` are set and exported before the script starts. */
  constructor(values: Iterable<readonly [string, string]> = [], exported: Iterable<string> = []) {
    this.values = new Map(values);
    this.names = new Set(exported);
  }

  copy(): ShellValues {
    return new ShellValues(this.values, this.names);
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  /** Sets a variable from its source text; a value that cannot be told makes it unknown. */
  assign(name: string, source: string): void {
    const { text, open } = this.fill(unquote(source).replace(/^`([^`$\\]*)`$/, '$($1)'));
    if (open.length > 0 || text.includes(HOLE) || text.length > MAX_VALUE) this.values.delete(name);
    else this.values.set(name, text);
  }

  forget(name: string): void {
    this.values.delete(name);
  }

  export(name: string): void {
    this.names.add(name);
  }

  /** The exported variables that are known. */
  exported(): [string, string][] {
    return [...this.names].flatMap((name): [string, string][] => {
      const value = this.values.get(name);
      return value === undefined ? [] : [[name, value]];
    });
  }

  /** Replaces the known variables in a piece of shell source; `open` names those that are left. */
  fill(source: string): { text: string; open: string[] } {
    const open: string[] = [];
    let text = '';
    for (let at = 0, quote = ''; at < source.length; at += 1) {
      const char = source[at] ?? '';
      const match = char === '$' && quote !== "'" ? NAME.exec(source.slice(at + 1)) : undefined;
      if (char === '\\' && quote !== "'") {
        text += source.slice(at, at + 2);
        at += 1;
      } else if (match) {
        text += this.expand(match, open);
        at += match[0].length;
      } else {
        if (char === '$' && quote !== "'") open.push(...cut(source.slice(at + 1)));
        if (char === quote) quote = '';
        else if (quote === '' && (char === '"' || char === "'")) quote = char;
        text += char;
      }
    }
    return { text, open };
  }

  private expand([whole, plain, braced, operator, word]: RegExpExecArray, open: string[]): string {
    const name = plain ?? braced ?? '';
    const value = this.values.get(name);
    if (operator === '+') return value ? (word ?? '') : '';
    if (value !== undefined && isPlain(value)) return value;
    if (operator !== undefined && value === undefined) return unquote(word ?? '');
    open.push(name);
    return `$${whole}`;
  }
}

/** The variable of which a part is cut off (`${A%-*}`): its value is not followed. */
const cut = (behind: string): string[] => {
  const name = /^\{[^\w(]?(\w+)/.exec(behind)?.[1];
  return name === undefined ? [] : [name];
};

/** A value that means the same wherever it is put, quoted or not. */
const isPlain = (value: string): boolean =>
  /^[^"'\\`\n]*$/.test(value) && !/[;&|<>]/.test(value.replace(/\$\([^()]*\)/g, ''));

/** Takes the quotes off a word that is quoted as a whole. */
export const unquote = (word: string): string =>
  /^"([^"]*)"$|^'([^']*)'$/
    .exec(word)
    ?.slice(1)
    .find((part) => part !== undefined) ?? word;
