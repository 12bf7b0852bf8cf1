import type { Case, CompoundList, If } from 'unbash';
import { HOLE, unquote, type ShellValues } from './shell-values.ts';

/** A word's value; undefined when something in it cannot be told. */
function valueOf(source: string, values: ShellValues): string | undefined {
  const { text, open } = values.fill(unquote(source.trim()));
  return open.length > 0 || /[$`]/.test(text) || text.includes(HOLE) ? undefined : text;
}

/** The branch of a `case` that is taken, `none` when no pattern fits; undefined when its word cannot be told. */
export function branchOfCase(node: Case, values: ShellValues): CompoundList | 'none' | undefined {
  const word = valueOf(node.word.text, values);
  if (word === undefined) return undefined;
  const taken = node.items.find(({ pattern }) => pattern.some((one) => fits(one.value, word)));
  return taken?.body ?? 'none';
}

const fits = (pattern: string, word: string): boolean => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(word);
};

const COMPARED = /^(?:\[\[?|test)\s+(\S+)\s+(=|==|!=)\s+(\S+)(?:\s+\]\]?)?$/;
const MEASURED = /^(?:\[\[?|test)\s+(-[nz])\s+(\S+)(?:\s+\]\]?)?$/;

/** The branch of an `if` that is taken, `none` when there is none; undefined when its condition cannot be told. */
export function branchOfIf(node: If, script: string, values: ShellValues): CompoundList | 'none' | undefined {
  const holds = test(script.slice(node.clause.pos, node.clause.end), values);
  if (holds === undefined || node.elif.length > 0) return undefined;
  return holds ? node.then : (node.else ?? 'none');
}

/** `[[ a == b* || c == d ]]` holds when one part does. */
function test(condition: string, values: ShellValues): boolean | undefined {
  const inside = /^\[\[\s+(.*)\s+\]\]$/s.exec(condition.trim())?.[1];
  if (inside === undefined || inside.includes('&&')) return testOne(condition, values);
  const parts = inside.split(/\s+\|\|\s+/).map((part) => testOne(`[[ ${part} ]]`, values));
  if (parts.includes(true)) return true;
  return parts.includes(undefined) ? undefined : false;
}

function testOne(condition: string, values: ShellValues): boolean | undefined {
  const measured = MEASURED.exec(condition.trim());
  if (measured) {
    const value = valueOf(measured[2] ?? '', values);
    return value === undefined ? undefined : (value === '') === (measured[1] === '-z');
  }
  const [, left, operator, right] = COMPARED.exec(condition.trim()) ?? [];
  if (left === undefined || right === undefined) return undefined;
  const [a, b] = [valueOf(left, values), valueOf(right, values)];
  if (a === undefined || b === undefined) return undefined;
  const isSame = condition.trim().startsWith('[[') ? fits(b, a) : a === b;
  return isSame === (operator !== '!=');
}
