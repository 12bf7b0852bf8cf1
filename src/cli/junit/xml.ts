import { plainText } from '../../domain/text.ts';

/** What XML 1.0 cannot hold, even as a reference, when plainText has been over the text: lone surrogates and two noncharacters (its production Char). */
const NOT_XML = /\p{Surrogate}|[\ufffe\uffff]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Where a CI system would take a line of the document for a command: `::` at the beginning, `##[`, `##vso[` and `##teamcity[` anywhere. */
const LINE_COMMAND = /^([^\S\n]*):(?=:)/gm;
const COMMAND = /#(?=#(?:\[|vso\[|teamcity\[))/gi;

/** The same text for a reader of XML, and harmless to a CI system that reads the document as a log. */
const defused = (text: string): string => text.replace(LINE_COMMAND, '$1&#58;').replace(COMMAND, '&#35;');

const clean = (text: string): string => plainText(text).replace(NOT_XML, '\ufffd');

const escaped = (text: string, what: RegExp): string =>
  clean(text).replace(what, (char) => ESCAPES[char] ?? char);

/** A value of an attribute; absent for an element without it. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const attributes = (values: Attributes): string =>
  Object.entries(values)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [` ${name}="${defused(escaped(String(value), /[&<>"\n\t]/g))}"`],
    )
    .join('');

const indented = (text: string): string => `  ${text}`;

/** An element of lines: with a text, which keeps its lines as they are, or with other elements inside. */
export function element(
  name: string,
  values: Attributes,
  content: string | readonly (readonly string[])[] = '',
): string[] {
  const open = `<${name}${attributes(values)}`;
  if (content.length === 0) return [`${open}/>`];
  if (typeof content === 'string') return [`${open}>${defused(escaped(content, /[&<>]/g))}</${name}>`];
  return [`${open}>`, ...content.flat().map(indented), `</${name}>`];
}

/** A whole document of one element. */
export const xmlDocument = (root: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${root.join('\n')}\n`;
