/** Says of an object's labels whether a selector selects it. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

/** Operators that take one value, and those that take a list in parentheses. */
const COMPARE: Record<string, (actual: string | undefined, wanted: string) => boolean> = {
  '=': (actual, wanted) => actual === wanted,
  '==': (actual, wanted) => actual === wanted,
  '!=': (actual, wanted) => actual !== wanted,
  '>': (actual, wanted) => INTEGER.test(actual ?? '') && BigInt(actual ?? '') > BigInt(wanted),
  '<': (actual, wanted) => INTEGER.test(actual ?? '') && BigInt(actual ?? '') < BigInt(wanted),
};
const SETS: Record<string, (actual: string | undefined, wanted: ReadonlySet<string>) => boolean> = {
  in: (actual, wanted) => actual !== undefined && wanted.has(actual),
  notin: (actual, wanted) => actual === undefined || !wanted.has(actual),
};
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
const INTEGER = /^\d{1,19}$/;

const TOKEN = /[=!]=?|[<>(),]|[^\s=!<>(),]+/g;
const isWord = (token: string): boolean => token !== '' && !/^[=!<>(),]/.test(token);

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/**
 * Parses a Kubernetes label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, `a>1`, `a<1`, joined by
 * commas that all must hold. `!=` and `notin` select objects without the label too; an empty text selects every object.
 * Throws an Error with the API server's sentence (apimachinery/pkg/labels/selector.go).
 */
export function parseSelector(text: string): LabelSelector {
  const tokens = new Tokens(text);
  const requirements: LabelSelector[] = [];
  while (tokens.peek() !== '') {
    requirements.push(requirement(tokens));
    const token = tokens.take();
    if (token === '') break;
    if (token !== ',') throw new Error(`found '${token}', expected: ',' or 'end of string'`);
    const next = tokens.peek();
    if (!isWord(next) && next !== '!') throw new Error(`found '${next}', expected: identifier after ','`);
  }
  return (labels) => requirements.every((holds) => holds(labels));
}

class Tokens {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(TOKEN) ?? [];
  }
  /** The next token; empty at the end. */
  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }
  take(): string {
    return this.#tokens[this.#at++] ?? '';
  }
}

function requirement(tokens: Tokens): LabelSelector {
  const start = tokens.peek();
  if (!isWord(start) && start !== '!')
    throw new Error(`found '${start}', expected: !, identifier, or 'end of string'`);
  try {
    return parseRequirement(tokens);
  } catch (error) {
    throw new Error(
      `unable to parse requirement: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function parseRequirement(tokens: Tokens): LabelSelector {
  const absent = tokens.peek() === '!';
  if (absent) tokens.take();
  const key = tokens.take();
  if (!isWord(key)) throw new Error(`found '${key}', expected: identifier`);
  checkKey(key);
  if (absent) return (labels) => !Object.hasOwn(labels, key);
  if (tokens.peek() === '' || tokens.peek() === ',') return (labels) => Object.hasOwn(labels, key);

  const operator = tokens.take();
  const actual = (labels: Readonly<Record<string, string>>) => own(labels, key);
  const ofSet = own(SETS, operator);
  if (ofSet) {
    const wanted = new Set(values(tokens));
    for (const value of wanted) checkValue(key, value);
    return (labels) => ofSet(actual(labels), wanted);
  }
  const compares = own(COMPARE, operator);
  if (!compares) throw new Error(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  const wanted = oneValue(tokens);
  checkValue(key, wanted);
  if (/[<>]/.test(operator) && !INTEGER.test(wanted))
    throw new Error(
      `values[0][${key}]: Invalid value: "${wanted}": for 'Gt', 'Lt' operators, the value must be an integer`,
    );
  return (labels) => compares(actual(labels), wanted);
}

/** The one value after an operator; none is the empty value. */
function oneValue(tokens: Tokens): string {
  if (tokens.peek() === '' || tokens.peek() === ',') return '';
  const value = tokens.take();
  if (!isWord(value)) throw new Error(`found '${value}', expected: identifier`);
  return value;
}

/** The values in parentheses; a missing one, as in `(a,)`, is the empty value. */
function values(tokens: Tokens): string[] {
  const open = tokens.take();
  if (open !== '(') throw new Error(`found '${open}' expected: '('`);
  const found: string[] = [];
  for (;;) {
    const value = isWord(tokens.peek()) ? tokens.take() : '';
    found.push(value);
    const token = tokens.take();
    if (token === ')') return found;
    if (token === ',') continue;
    throw new Error(`found '${token}', expected: ',' or ')'`);
  }
}

function checkKey(key: string): void {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length > 1 ? parts[0] : undefined;
  const wrong =
    parts.length > 2 || !NAME.test(name)
      ? `name part ${NAME_RULE}`
      : name.length > 63
        ? 'name part must be no more than 63 bytes'
        : prefix !== undefined && (prefix.length > 253 || !PREFIX.test(prefix))
          ? 'prefix part must be a lowercase RFC 1123 subdomain'
          : undefined;
  if (wrong) throw new Error(`<nil>: Invalid value: ${JSON.stringify(key)}: ${wrong}`);
}

function checkValue(key: string, value: string): void {
  if (value === '' || (value.length <= 63 && NAME.test(value))) return;
  const wrong =
    value.length > 63
      ? 'must be no more than 63 bytes'
      : `a valid label must be an empty string or ${NAME_RULE.replace('must ', '')}`;
  throw new Error(`values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`);
}
