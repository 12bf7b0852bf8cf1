/** Larger files are generated, or made to cost time. In characters. */
const MAX_TEXT = 262_144;
/** Deeper nesting is no file that a person wrote. */
const MAX_DEPTH = 64;
const MAX_ALIASES = 1_000;
const MAX_EXPLICIT_KEYS = 100;

/**
 * Says why a text must not be given to the YAML parser; undefined when it may. The parser needs minutes for some short texts:
 * measured with yaml 2.9.1, 800 nested explicit keys (`? `) took more than three minutes, 20,000 open brackets two seconds,
 * 10,000 aliases three, and runs of commas or anchors grow with the square of their length.
 */
export function yamlHazard(text: string): string | undefined {
  if (text.length > MAX_TEXT) return `it has ${text.length} characters; at most ${MAX_TEXT} are read`;
  if (flowDepth(text) > MAX_DEPTH || /(?:[?-][ \t]+){64}/.test(text))
    return `it nests deeper than ${MAX_DEPTH} levels`;
  if (count(text, /(?:^|[\s[{,:-])\?(?=\s)/g) > MAX_EXPLICIT_KEYS)
    return `it has more than ${MAX_EXPLICIT_KEYS} explicit keys`;
  if (count(text, /(?:^|[\s[{,])\*\w/g) > MAX_ALIASES) return `it has more than ${MAX_ALIASES} aliases`;
  if (/(?:,\s*){64}|(?:&\S*[ \t]+){64}/.test(text)) return 'it repeats commas or anchors without values';
  return undefined;
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** Brackets that are open at once at most, those in quotes included. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === '[' || char === '{') deepest = Math.max(deepest, (depth += 1));
    else if ((char === ']' || char === '}') && depth > 0) depth -= 1;
  }
  return deepest;
}
