import { RE2JS } from 're2js';
import { clip, plainText } from './text.ts';

/** The longest pattern, in UTF-16 units; the CRD's limit too. */
export const PATTERN_MAX = 512;

/**
 * The most instructions that a pattern may compile to. Matching costs about instructions times characters, so this and the
 * 1,024 characters of a value keep one match within tens of milliseconds.
 */
const PROGRAM_MAX = 1000;

/** A pattern that cannot be used; the message names it and says why. */
export class PatternError extends Error {
  override name = 'PatternError';
}

/** A pattern of RE2's syntax, matched in time linear in the value's length. */
export interface SafePattern {
  /** As it is matched: after the collapse, when there was one. */
  pattern: string;
  /** True when doubled backslashes were collapsed. */
  collapsed: boolean;
  /** True when the value matches somewhere; a pattern for the whole value has `^` and `$`. */
  test(value: string): boolean;
}

/**
 * Compiles a pattern. One that was escaped twice on its way (`^\\d+$`, with two backslashes) is collapsed first: see `collapse`.
 * Throws a PatternError.
 */
export function compileSafe(pattern: string): SafePattern {
  if (pattern.length > PATTERN_MAX) {
    throw new PatternError(
      `The pattern ${quote(pattern)} has ${pattern.length} characters; at most ${PATTERN_MAX} are allowed.`,
    );
  }
  const single = collapse(pattern);
  const compiled = single === undefined ? undefined : tryCompile(single);
  if (single !== undefined && compiled instanceof RE2JS) return matcher(single, compiled, true);
  const plain = tryCompile(pattern);
  if (plain instanceof RE2JS) return matcher(pattern, plain, false);
  throw new PatternError(`The pattern ${quote(pattern)} cannot be used: ${plain}.`);
}

const matcher = (pattern: string, compiled: RE2JS, collapsed: boolean): SafePattern => ({
  pattern,
  collapsed,
  test: (value) => compiled.matcher(value).find(),
});

const quote = (pattern: string): string => `"${plainText(clip(pattern, 80))}"`;

/** What RE2 leaves out for the sake of linear time, in the words of people who use it elsewhere. */
const UNSUPPORTED: readonly [RegExp, string][] = [
  [/`\(\?[=!]`/, 'lookahead, (?=…) or (?!…), is not part of RE2 syntax'],
  [/`\(\?<[=!]/, 'lookbehind, (?<=…) or (?<!…), is not part of RE2 syntax'],
  [/`\(\?>`/, 'atomic groups, (?>…), are not part of RE2 syntax'],
  [/invalid escape sequence: `\\[1-9k]`/, 'references to groups, such as \\1, are not part of RE2 syntax'],
  [/invalid repeat count/, 'a repetition is above 1,000, alone or with those around it'],
];

/** The compiled pattern, or why there is none. */
function tryCompile(pattern: string): RE2JS | string {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() <= PROGRAM_MAX) return compiled;
    return `it is too large (${compiled.programSize()} steps when compiled, at most ${PROGRAM_MAX}); use fewer or smaller repetitions`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = UNSUPPORTED.find(([sign]) => sign.test(message));
    return known?.[1] ?? plainText(message.replace(/^error parsing regexp: /, ''));
  }
}

/** What a doubled backslash may stand before: outside and inside of a character class. */
const ESCAPED_OUTSIDE = /[dDwWsSbB.*+?()[\]{}|^$]/;
const ESCAPED_INSIDE = /[dDwWsS.-]/;

/**
 * The pattern with each doubled backslash made single, when it was clearly escaped once too often; else undefined. Clearly means:
 * every run of backslashes in it is exactly two long and stands before a class letter or a character that patterns escape. One
 * single backslash, a run of another length, `\\/` or `\\n` leave the whole pattern as it is, because there a pair may mean a
 * backslash: `^[A-Z]:\\[^\\/]+$` stays a Windows path. A pattern that is right by chance under both readings, such as `^C:\\d`,
 * is collapsed: hence the warning that goes with it.
 */
function collapse(pattern: string): string | undefined {
  let inClass = false;
  let result = '';
  for (const [token, backslashes = '', next = ''] of pattern.matchAll(/(\\+)(.?)|[^\\]/gsu)) {
    if (backslashes === '') {
      inClass = token === '[' || (inClass && token !== ']');
      result += token;
      continue;
    }
    const escaped = inClass ? ESCAPED_INSIDE : ESCAPED_OUTSIDE;
    if (backslashes.length !== 2 || !escaped.test(next)) return undefined;
    result += `\\${next}`;
  }
  return result === pattern ? undefined : result;
}
