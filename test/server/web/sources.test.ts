import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../../src/server/web/', import.meta.url));
const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));

/** The files whose text matches, with what matched. */
function matches(pattern: RegExp, names: readonly string[] = files): string[] {
  return names.flatMap((name) => {
    const found = pattern.exec(readFileSync(join(web, name), 'utf8'));
    return found ? [`${name}: ${found[0]}`] : [];
  });
}

const FORBIDDEN: readonly [promise: string, pattern: RegExp][] = [
  [
    'no text becomes markup',
    /innerHTML|outerHTML|dangerouslySet|insertAdjacent|document\.write|DOMParser|createContextualFragment|srcdoc/i,
  ],
  ['no text becomes code', /\beval\b|new Function|setTimeout\(\s*['"`]|['"`]javascript:/],
  ['nothing is styled or scripted inline', /\bstyle=|<style|\son\w+="/],
  ['nothing comes from elsewhere', /(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//i],
  ['no cookie', /document\.cookie/],
];

describe('the sources of the pages', () => {
  it('are found', () => assert.ok(files.length > 40, files.join(' ')));

  for (const [promise, pattern] of FORBIDDEN) it(promise, () => assert.deepEqual(matches(pattern), []));

  it('an address outside these pages is linked in one place, which looks at it first', () => {
    const linking = files.filter((name) => matches(/<a\b/, [name]).length > 0).sort();
    assert.deepEqual(linking, ['parts/link.tsx', 'parts/shell.tsx']);
    assert.deepEqual(matches(/href=(?!"#main"|"ICON"|"STYLE"|\{to\}|\{href\})\S+/), []);
  });

  it('the token is kept for the tab alone', () => {
    assert.deepEqual(matches(/localStorage\.\w+\(TOKEN/), []);
    assert.deepEqual(
      matches(/(?:local|session)Storage/).map((found) => found.split(':')[0]),
      ['hooks/remembered.ts'],
    );
  });
});
