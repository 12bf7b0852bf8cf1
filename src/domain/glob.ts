/** Alternatives that the braces of one glob may stand for. */
const ALTERNATIVES_MAX = 64;
/** Characters that they may have together. */
const SIZE_MAX = 2048;
/** Longer texts match nothing: no repository and no image is called so, and matching costs about glob times text. */
const TEXT_MAX = 512;

/** What one place of a segment may be: any run of characters, or one character that passes. */
type Piece = '*' | ((character: string) => boolean);
/** A segment between slashes, with the text it was read from; `**` stands for any number of them. */
type Segment = '**' | { text: string; pieces: readonly Piece[] };

/** A glob that cannot be used; the message says why. */
export class GlobError extends Error {
  override name = 'GlobError';
}

/** What a caller may set when it reads a glob. */
export interface GlobOptions {
  /** Characters; longer texts match nothing. 512 by default. */
  longest?: number;
  /** True when a part of the text is another name of what a segment of the glob names; asked when the segment itself does not match. */
  isAlias?: (segment: string, part: string) => boolean;
}

/** A glob that texts can be held against. */
export interface Glob {
  matches(text: string): boolean;
  /** Characters with all braces unfolded: matching takes no more steps than this times the text's characters. */
  size: number;
}

/**
 * Reads a glob: `*` and `?` within a segment, `**` for any number of segments, `[a-z]`, `[!a-z]`, `{a,b}` and `\` before a
 * character that means itself. Project settings and repositories bring their own globs, so matching has a bound: the glob's size times the text's
 * length. Never matches a text that is too long, or one with `.` or `..` between its slashes. Throws GlobError for
 * what other programs' globs have besides, since it would silently mean something else here.
 */
export function readGlob(glob: string, { longest = TEXT_MAX, isAlias }: GlobOptions = {}): Glob {
  if (/^!|[@!+*?]\(|\{[^{},]*\.\.[^{},]*\}/.test(glob))
    throw new GlobError('must not use "!", "(…)" or "{a..b}"');
  const unfolded = alternatives(glob);
  const size = unfolded.reduce((sum, one) => sum + one.length, 0);
  if (size > SIZE_MAX) throw new GlobError(`has more than ${SIZE_MAX} characters with its braces unfolded`);
  const globs = unfolded.map((one) => one.split('/').map(segment));
  const fits = (place: Segment, part: string): boolean =>
    place !== '**' && (fitsPart(place.pieces, part) || isAlias?.(place.text, part) === true);
  return {
    size,
    matches(text) {
      const parts = text.split('/');
      if (text.length > longest || parts.includes('.') || parts.includes('..')) return false;
      return globs.some((segments) => matches(segments, parts, (a) => a === '**', fits));
    },
  };
}

/** The globs that one with braces stands for. */
function alternatives(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    // The innermost pair, so that what is in it has no braces of its own.
    const pair = /(?<!\\)\{((?:\\.|[^{}\\])*,(?:\\.|[^{}\\])*)\}/su.exec(one);
    if (!pair) done.push(one);
    else
      for (const choice of (pair[1] ?? '').split(/(?<!\\),/))
        open.push(one.slice(0, pair.index) + choice + one.slice(pair.index + pair[0].length));
    if (done.length + open.length > ALTERNATIVES_MAX)
      throw new GlobError(`stands for more than ${ALTERNATIVES_MAX} alternatives`);
  }
  return done;
}

function segment(text: string): Segment {
  if (text === '**') return '**';
  const pieces: Piece[] = [];
  for (const [token] of text.matchAll(/\\.|\*+|\?|\[[!^]?[^\]]+\]|./gsu)) pieces.push(piece(token));
  return { text, pieces };
}

function piece(token: string): Piece {
  if (token.startsWith('*')) return '*';
  if (token === '?') return () => true;
  if (token.startsWith('[') && token.length > 2) return characters(token.slice(1, -1));
  const literal = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  return (character) => character === literal;
}

function characters(set: string): Piece {
  const isNegated = /^[!^]/.test(set);
  const ranges = [...set.slice(isNegated ? 1 : 0).matchAll(/(.)-(.)|(.)/gsu)].map(([, from, to, one]) =>
    one === undefined ? [from ?? '', to ?? ''] : [one, one],
  );
  return (character) =>
    ranges.some(([from = '', to = '']) => from <= character && character <= to) !== isNegated;
}

const fitsPart = (pieces: readonly Piece[], part: string): boolean =>
  // A star is at least something where it stands alone.
  (part !== '' || pieces.length === 0) &&
  matches(
    pieces,
    Array.from(part),
    (each) => each === '*',
    (each, character) => each !== '*' && each(character),
  );

/**
 * Whether items match a pattern in which wild places stand for any number of them. Only the last wild place is ever taken back: what an earlier
 * one could take over, that one can as well.
 */
function matches<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  isWild: (place: P) => boolean,
  fitting: (place: P, item: T) => boolean,
): boolean {
  let at = 0;
  let wild = -1;
  let resume = 0;
  for (let index = 0; index < items.length;) {
    const place = pattern[at];
    if (place !== undefined && isWild(place)) {
      wild = at++;
      resume = index;
    } else if (place !== undefined && fitting(place, items[index] as T)) {
      at++;
      index++;
    } else if (wild >= 0) {
      at = wild + 1;
      index = ++resume;
    } else return false;
  }
  return pattern.slice(at).every(isWild);
}
