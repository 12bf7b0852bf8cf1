import { INVISIBLE } from '../../domain/text.ts';
import { withoutCiCommands } from './ci-commands.ts';

/** CSI, and OSC, DCS and the like with their whole payload. An unterminated one is left: its ESC is shown, not what follows it hidden. */
const SEQUENCES = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0000-\u001f\u007f-\u009f]*(?:\u0007|\u001b\\|\u009c)`,
  ].join('|'),
  'g',
);

/** What a terminal may act on: C0 but newline and tab, DEL, C1, the Unicode line separators, direction marks and overrides. */
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

const UNESCAPED =
  /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

const hex = (char: string, width: number): string => char.charCodeAt(0).toString(16).padStart(width, '0');

function visible(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  if (code === 0x7f) return '^?';
  return code < 0x100 ? `\\x${hex(char, 2)}` : `\\u${hex(char, 4)}`;
}

/** Both halves of a character beyond U+FFFF are shown, as JSON would. */
const shown = (char: string): string =>
  Array.from({ length: char.length }, (_, at) => `\\u${hex(char.charAt(at), 4)}`).join('');

/**
 * A text that can do nothing to a terminal, for logs and other text of many lines. Whole escape sequences (colours, titles,
 * links) are dropped; a lone control character is shown as `^G`, `\x9b` or `\u202e`, one that cannot be seen as `\u200b`; a carriage return becomes a newline, so
 * that no line overwrites another. Newlines and tabs stay. In CI it can do nothing to the CI either: see withoutCiCommands.
 */
export const safeText = (text: string, env: NodeJS.ProcessEnv = process.env): string =>
  withoutCiCommands(
    text
      .replace(SEQUENCES, '')
      .replace(/\r\n?/g, '\n')
      .replace(CONTROLS, visible)
      .replace(INVISIBLE, shown)
      .replace(/\p{Surrogate}/gu, '\ufffd'),
    env,
  );

/** A text for one line, as kubectl prints table cells: the first line, with `...` where more would follow; tabs become spaces. */
export function safeLine(text: string): string {
  const lines = safeText(text).replace(/\t/g, ' ').replace(/\n+$/, '');
  const end = lines.indexOf('\n');
  return end < 0 ? lines : `${lines.slice(0, end)}...`;
}

/**
 * JSON or YAML text in which the characters that a terminal may act on, and JSON does not escape, are `\uXXXX`. They may stand
 * only inside double-quoted strings there, where the escape means the same value.
 */
export const escapeInQuotes = (text: string): string =>
  text.replace(UNESCAPED, (char) => `\\u${hex(char, 4)}`);

/** True for a string that a plain or block scalar of YAML would put raw before a terminal. */
export const needsQuotes = (text: string): boolean =>
  text.search(CONTROLS) >= 0 || /\p{Surrogate}/u.test(text);
