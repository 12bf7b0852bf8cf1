import { Lexer, Parser } from 'yaml';

/** Larger files are generated, or made to cost time. In characters. */
const MAX_TEXT = 262_144;
/** A person does not write deeper nesting; an object of bgtask has fewer than ten levels. */
const MAX_DEPTH = 64;
const MAX_ALIASES = 1000;
const MAX_EXPLICIT_KEYS = 100;
/** Entries of one collection; looking for keys that are there twice takes time by their square. */
const MAX_ENTRIES = 5000;

/**
 * Says why a text must not be given to the YAML parser; undefined when it may. The parser needs minutes for some short texts, and
 * ends the whole process for others: measured with yaml 2.9.1, 800 nested explicit keys (`? `) took more than three minutes,
 * 10,000 aliases three seconds, a map of 50,000 keys forty, runs of commas or anchors grow with the square of their length, and
 * composing 10,000 open brackets leaves V8 no stack.
 * @param maxText characters that the text may have, 262,144 when absent.
 */
export function yamlHazard(text: string, maxText = MAX_TEXT): string | undefined {
  if (text.length > maxText) return `it has ${text.length} characters; at most ${maxText} are read`;
  if (/(?:[?-][ \t]+){64}/.test(text)) return `it nests deeper than ${MAX_DEPTH} levels`;
  if (count(text, /(?:^|[\s[{,:-])\?(?=\s)/g) > MAX_EXPLICIT_KEYS)
    return `it has more than ${MAX_EXPLICIT_KEYS} explicit keys`;
  if (count(text, /(?:^|[\s[{,])\*\w/g) > MAX_ALIASES) return `it has more than ${MAX_ALIASES} aliases`;
  if (/(?:,\s*){64}|(?:&\S*[ \t]+){64}/.test(text)) return 'it repeats commas or anchors without values';
  return tokenHazard(text);
}

/** Reads tokens, with a stack of the parser's own where composing recurses: how deep collections nest, and how long they are. */
function tokenHazard(text: string): string | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH + 1) return `it nests deeper than ${MAX_DEPTH} levels`;
    const top = parser.stack.at(-1);
    if (top && 'items' in top && top.items.length > MAX_ENTRIES)
      return `it has a list or map of more than ${MAX_ENTRIES} entries`;
  }
  return undefined;
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
