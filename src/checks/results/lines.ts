import { plainText } from '../../domain/text.ts';

/** Longest part of a line that is read; the rest is dropped. */
export const MAX_LINE = 2000;
/** A line that is one event in JSON (`go test -json`) is read up to here. */
const MAX_JSON = 65_536;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * One printed line as plain lines: no escapes, no end, cut at 2,000 characters (65,536 if it begins like JSON). What a carriage return overwrites is a line of its own.
 */
export function plainLines(text: string): string[] {
  const cut = text.length > MAX_LINE ? text.slice(0, text.startsWith('{"') ? MAX_JSON : MAX_LINE) : text;
  const trimmed = cut.endsWith('\n') ? cut.slice(0, -1) : cut;
  if (!CONTROL.test(trimmed)) return [trimmed];
  return plainText(trimmed.endsWith('\r') ? trimmed.slice(0, -1) : trimmed).split('\n');
}

/** The plain lines of an output, given whole or line by line. */
export function* eachLine(output: string | Iterable<string>): Generator<string> {
  if (typeof output !== 'string') {
    for (const line of output) yield* plainLines(line);
    return;
  }
  for (let start = 0; start < output.length;) {
    const found = output.indexOf('\n', start);
    const end = found < 0 ? output.length : found;
    yield* plainLines(output.slice(start, end));
    start = end + 1;
  }
}

/** A line with the folders of the checkout taken out, so that two checkouts print the same: `/tmp/x/a.ts` and `file:///tmp/x/a.ts` are `a.ts`. */
export function withoutFolders(line: string, folders: readonly string[]): string {
  let text = line;
  for (const folder of folders)
    if (folder.length > 1 && text.includes(folder))
      text = text.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '').replaceAll(folder, '.');
  return text;
}
