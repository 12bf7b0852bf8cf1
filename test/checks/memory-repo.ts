import assert from 'node:assert/strict';
import type { CheckKind, RepoFiles } from '../../src/checks/check.ts';
import { detectChecks } from '../../src/checks/detect.ts';

/** A repository in memory: path to text. */
export type Tree = Record<string, string>;

export function memoryRepo(tree: Tree): RepoFiles {
  const files = new Map(Object.entries(tree));
  return { paths: [...files.keys()].sort(), has: (path) => files.has(path), read: (path) => files.get(path) };
}

/** package.json text. */
export const pkg = (scripts: Record<string, string>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ name: 'app', scripts, devDependencies: { tool: '1' }, ...more });

/** A pull-request workflow whose one job runs these lines, the first of them on line 7. */
export const workflow = (...lines: string[]): string =>
  [
    'on: [push, pull_request]',
    'jobs:',
    '  test:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - run: |',
  ]
    .concat(lines.map((line) => `          ${line}`))
    .join('\n');

export const CI = '.github/workflows/ci.yml';

type Expected = [kind: CheckKind, run: string];
export type Case = [promise: string, tree: Tree, expected: Expected[]];

/** One test for each case: the commands in their order. */
export function itDetects(cases: readonly Case[]): void {
  for (const [promise, tree, expected] of cases) {
    it(promise, () => {
      const { checks } = detectChecks(memoryRepo(tree));
      assert.deepEqual(
        checks.map(({ kind, run }) => [kind, run]),
        expected,
      );
    });
  }
}
