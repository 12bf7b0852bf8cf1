import { plainText } from './text.ts';

/** Text on one line: runs of white space become one space. */
export const line = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim();

/** Text as a Markdown code block that it cannot leave; mentions and issue references in it stay without effect. */
export function block(text: string): string {
  const clean = plainText(text).trimEnd();
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${clean}\n${fence}`;
}

/** Text as inline code: what is in it stays without effect. */
function code(text: string): string {
  // Two backticks with nothing between would open a span that another's backticks close.
  const clean = line(text) || ' ';
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/** Inline code in a table's cell. A backslash before a pipe would take the pipe's own escape away. */
export const cell = (text: string): string =>
  code(line(text).replace(/\\(?=\|)/g, '\\ ')).replaceAll('|', '\\|');

/** Words as they are; anything that Markdown or GitHub could act on as inline code. */
export const words = (text: string): string =>
  /^(?:[A-Za-z0-9 ,;()-]|[:.](?= |$))+$/.test(text) ? text : code(text);

export const cellWords = (text: string): string => (words(text) === text ? text : cell(text));
