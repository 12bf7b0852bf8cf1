import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFiles } from './sources.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One import of a source file, of a value or of a type. */
export interface SourceImport {
  from: string;
  /** The file from the root of the checkout, or the name of a package. */
  to: string;
  /** True when a value is loaded only when it is wanted. */
  isLazy: boolean;
}

/** `import('./a.ts').A` is a type. */
const LAZY = /\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)(?!\.[A-Z])/g;
const AT_ONCE = [
  /^\s*(?:import|export)\s[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)(?=\.[A-Z])/g,
];

/** A file as it is imported: `./a.ts` of src/b/c.ts is src/b/a.ts; packages keep their name. */
const target = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier;

/** The imports in a text, types included; a file that is imported both ways is not lazy. */
export function importsIn(from: string, text: string): SourceImport[] {
  const found = new Map<string, SourceImport>();
  const add = (patterns: readonly RegExp[], isLazy: boolean): void => {
    for (const [, specifier = ''] of patterns.flatMap((pattern) => [...text.matchAll(pattern)])) {
      const to = target(from, specifier);
      if (!found.has(to)) found.set(to, { from, to, isLazy });
    }
  };
  add(AT_ONCE, false);
  add([LAZY], true);
  return [...found.values()];
}

/** The imports of all sources below src/, types included. */
export const sourceImports = (): SourceImport[] =>
  sourceFiles('src').flatMap((path) => importsIn(path, readFileSync(`${root}${path}`, 'utf8')));

/** Imports of files that are not there; generated ones are made before tests run. */
export const dangling = (imports: readonly SourceImport[]): SourceImport[] =>
  imports.filter(({ to }) => to.startsWith('src/') && !existsSync(`${root}${to}`));

/** Groups of files that import each other at once in a circle, each sorted: Tarjan's strongly connected components of more than one file. */
export function circles(imports: readonly SourceImport[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports.filter(({ isLazy }) => !isLazy))
    next.set(from, [...(next.get(from) ?? []), to]);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const to of next.get(file) ?? []) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(file, Math.min(low.get(file) ?? 0, low.get(to) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const members = stack.splice(stack.indexOf(file));
    if (members.length > 1) found.push(members.sort());
  };
  for (const file of next.keys()) if (!index.has(file)) visit(file);
  return found;
}
