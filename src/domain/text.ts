/** The last `max` bytes of a text in UTF-8, cut where a character begins. */
export function tailBytes(text: string, max: number): string {
  if (text.length * 3 <= max) return text;
  const bytes = new TextEncoder().encode(text.length > max ? text.slice(-max) : text);
  if (bytes.length <= max) return new TextDecoder().decode(bytes);
  let start = bytes.length - max;
  while (start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(bytes.subarray(start));
}

/** A text of at most `max` UTF-16 units, never ending in half a surrogate pair; an ellipsis shows the cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const ESCAPES =
  // CSI; OSC and other string sequences, which end with their line when nothing else ends them; two-byte escapes.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Between two pictures, of which it makes one: a family, a flag. Skin tones and the choice of a picture may stand before it. */
const EMOJI_JOINER =
  /(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}){0,2})\u200d(?=\p{Extended_Pictographic})/u;
/** The choice between a picture and a sign, after what can be both. */
const PICTURE_CHOICE = /(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[#*0-9])\ufe0f(?=\u20e3)/u;
/** Joins letters, or keeps them apart, in scripts that write words with it. */
const LETTER_JOINER =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Sinhala}])[\u200c\u200d](?=\p{L})/u;

/**
 * Characters that a reader does not see and a program does (Default_Ignorable_Code_Point of Unicode: zero width, tags, fillers, variation selectors), one
 * each. Those that change a picture or a word where they stand do not match: they can stand there once, so they hide nothing.
 */
export const INVISIBLE = new RegExp(
  `(?!${[EMOJI_JOINER, PICTURE_CHOICE, LETTER_JOINER].map(({ source }) => source).join('|')})\\p{Default_Ignorable_Code_Point}`,
  'gu',
);

/**
 * A text without terminal escapes, control characters (but newline and tab), direction overrides and characters that cannot be seen; a carriage return
 * ends a line.
 */
export const plainText = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(CONTROLS, '').replace(INVISIBLE, '');

/** A JSON value with each text in it changed, names of fields too. */
export function eachText<T>(value: T, change: (text: string) => string): T {
  const changed = (each: unknown): unknown => {
    if (typeof each === 'string') return change(each);
    if (Array.isArray(each)) return each.map(changed);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, field]) => [change(name), changed(field)]));
  };
  return changed(value) as T;
}

/** Bytes of a log's end that a status and an observation hold. */
export const LOG_TAIL_BYTES = 10_240;

/** Two pieces of a log as one, the second on a line of its own. */
export const joinLines = (before: string, after: string): string =>
  before && after && !before.endsWith('\n') ? `${before}\n${after}` : before + after;
