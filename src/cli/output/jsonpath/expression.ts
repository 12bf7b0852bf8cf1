import { OPERATORS, type FieldStep, type Operator, type Step } from './nodes.ts';
import { readQuoted, unquote, type Reader } from './reader.ts';

/** Where an expression stands: in braces it ends at `}`, in a filter at a comparison or `)` too. */
type Place = 'braces' | 'filter';

const NAME: Record<Place, RegExp> = {
  braces: /(?:\\.|[^\\\s.,[\]$@{}])*/,
  filter: /(?:\\.|[^\\\s.,[\]$@{}()!<>=])*/,
};
const ENDS: Record<Place, RegExp> = { braces: /^\}?$/, filter: /^[)!<>=}]?$/ };

const unescape = (name: string): string => name.replace(/\\(.)/gsu, '$1');

/** Reads steps up to the end of the expression, which is left unread. */
export function readSteps(reader: Reader, place: Place): Step[] {
  const steps: Step[] = [];
  for (reader.skipSpace(); !ENDS[place].test(reader.peek()); reader.skipSpace()) {
    if (reader.take('@') || reader.take('$')) continue;
    if (reader.take('..')) {
      if (steps.at(-1)?.kind === 'recursive') reader.fail('".." stands twice');
      steps.push({ kind: 'recursive' }, ...readName(reader, place));
    } else if (reader.take('.')) steps.push(...readName(reader, place));
    else if (reader.take('[?(')) steps.push(readFilter(reader));
    else if (reader.take('[')) steps.push(readBrackets(reader));
    else steps.push(readLiteral(reader, place));
  }
  return steps;
}

/** The field after a dot; nothing for a dot alone, which is the object itself. */
function readName(reader: Reader, place: Place): Step[] {
  const name = reader.match(NAME[place])?.[0] ?? '';
  if (name === '') return [];
  return [name === '*' ? { kind: 'wildcard' } : { kind: 'field', path: [unescape(name)] }];
}

function readLiteral(reader: Reader, place: Place): Step {
  if (/['"]/.test(reader.peek())) return { kind: 'literal', value: unquote(readQuoted(reader), reader) };
  const number = reader.match(/[+-]?\d+(?:\.\d+)?/);
  if (number) return { kind: 'literal', value: Number(number[0]) };
  const start = reader.at;
  const word = reader.match(NAME[place])?.[0] ?? '';
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
  reader.at = start;
  if (/^[&|]/.test(word)) return reader.fail('a filter makes one comparison; && and || are not known');
  if (word === '') return reader.fail(`${JSON.stringify(reader.peek())} is not expected here`);
  return reader.fail(`a field begins with a dot, a text stands in quotes: .${word} or "${word}"`);
}

/** `[0]`, `[1:3]`, `[*]`, `['key']`, or several of them with commas. The bracket is already read. */
function readBrackets(reader: Reader): Step {
  const parts: Step[] = [];
  do {
    reader.skipSpace();
    parts.push(readEntry(reader));
    reader.skipSpace();
  } while (reader.take(','));
  if (!reader.take(']')) reader.fail('a number, a slice, * or a quoted key, and then ], is expected');
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind: 'union', parts: parts.map((part) => [part]) };
}

function readEntry(reader: Reader): Step {
  if (reader.take('*')) return { kind: 'wildcard' };
  if (/['"]/.test(reader.peek())) return keyStep(readQuoted(reader));
  const found = reader.match(/(-?\d+)?(?:(:)(-?\d+)?(?::(-?\d+)?)?)?/);
  if (!found?.[0]) return reader.fail('a number, a slice, * or a quoted key is expected');
  const [from, to, step] = [found[1], found[3], found[4]].map((digits) =>
    digits === undefined ? undefined : Number(digits),
  );
  if (step !== undefined && step <= 0) reader.fail('the step of a slice is above 0');
  return {
    kind: 'slice',
    single: found[2] === undefined,
    step: step ?? 1,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function keyStep(raw: string): FieldStep {
  const path = raw.match(/(?:\\.|[^\\.])+/gsu) ?? [];
  return { kind: 'field', path: path.map(unescape), key: unescape(raw) };
}

/** `left op right)]` or `left)]`; the opening is already read. */
function readFilter(reader: Reader): Step {
  const left = readSteps(reader, 'filter');
  const sign = reader.match(/[!<>=~]+/)?.[0];
  if (sign === undefined) {
    close(reader);
    return { kind: 'filter', left };
  }
  if (!isOperator(sign)) return reader.fail(`${sign} must be a comparison: one of ${OPERATORS.join(' ')}`);
  const right = readSteps(reader, 'filter');
  if (right.length === 0) reader.fail(`something to compare with is expected after ${sign}`);
  close(reader);
  return { kind: 'filter', left, comparison: { operator: sign, right } };
}

const isOperator = (sign: string): sign is Operator => OPERATORS.some((operator) => operator === sign);

function close(reader: Reader): void {
  if (!reader.take(')]')) reader.fail(')] is expected: a filter makes one comparison');
}
