import { safeText } from '../safe.ts';
import { evaluate } from './evaluate.ts';
import type { Template } from './nodes.ts';

/** A value as kubectl's jsonpath prints it: text and numbers as they are, objects and lists as compact JSON, null as nothing. */
const show = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * A template filled from one document; values of one expression are parted by a space, and nothing is added at the end. Values
 * are made harmless to a terminal (`-o json` has them exactly); the template's own text stands as its author wrote it.
 */
export function render(template: Template, document: unknown): string {
  return template
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const found = evaluate(part.steps, document);
      if (part.kind === 'range') return found.map((value) => render(part.body, value)).join('');
      const own = part.steps.every(({ kind }) => kind === 'literal');
      const text = found.map(show).join(' ');
      return own ? text : safeText(text);
    })
    .join('');
}
