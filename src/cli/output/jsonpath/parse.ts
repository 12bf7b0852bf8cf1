import { readSteps } from './expression.ts';
import type { Part, Step, Template } from './nodes.ts';
import { Reader } from './reader.ts';

/**
 * Reads a template of kubectl's jsonpath dialect: text, `{expressions}`, `{range path}…{end}`, quoted text with escapes. A text
 * without braces that begins as a path does is one expression. Throws an OutputError that names the column.
 */
export function parseTemplate(text: string): Template {
  const reader = new Reader(/^[.$[][^{}]*$/.test(text) ? `{${text}}` : text);
  return readParts(reader, false);
}

/**
 * Reads one path, with or without braces and leading dot, as `--sort-by` and `-o custom-columns` take it:
 * `metadata.name`, `.metadata.name`, `{.metadata.name}`.
 */
export function parsePath(text: string): readonly Step[] {
  const bare = /^\{(.*)\}$/s.exec(text.trim())?.[1] ?? text.trim();
  const reader = new Reader(/^[.[$@]/.test(bare) ? bare : `.${bare}`);
  if (bare === '') reader.fail('a path such as .metadata.name is expected');
  const steps = readSteps(reader, 'braces');
  if (reader.at < reader.text.length) reader.fail('one path without braces is expected');
  return steps;
}

/** Parts up to the end of the text or, in a range, past its `{end}`. */
function readParts(reader: Reader, inRange: boolean): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.text.length) {
    const text = reader.match(/[^{]+/)?.[0];
    if (text !== undefined) parts.push({ kind: 'text', text });
    if (!reader.take('{')) continue;
    const word = reader.match(/\s*(range|end)(?![\w-])/)?.[1];
    const steps = readSteps(reader, 'braces');
    if (!reader.take('}')) reader.fail('the expression has no closing }');
    if (word === 'end') {
      if (inRange) return parts;
      reader.fail('{end} stands without {range}');
    }
    parts.push(
      word === 'range'
        ? { kind: 'range', steps, body: readParts(reader, true) }
        : { kind: 'expression', steps },
    );
  }
  if (inRange) reader.fail('{range} has no {end}');
  return parts;
}
