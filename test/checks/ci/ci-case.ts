import assert from 'node:assert/strict';
import { detectChecks } from '../../../src/checks/detect.ts';
import { memoryRepo, pkg, type Tree } from '../memory-repo.ts';

/** A pull-request workflow of one job on Ubuntu; `more` is the job's text behind `runs-on`. */
export const job = (more: string, head = ''): string =>
  `on: [pull_request]\n${head}jobs:\n  verify:\n    runs-on: ubuntu-latest\n${more}`;

export const steps = (...runs: string[]): string =>
  `    steps:\n${runs.map((run) => `      - run: ${run}\n`).join('')}`;

export const CARGO: Tree = { 'Cargo.toml': '[package]\nname="m"\nversion="0.1.0"\n', 'Cargo.lock': '' };
export const nodeRepo = (scripts: Record<string, string>): Tree => ({
  'package.json': pkg(scripts),
  'package-lock.json': '{}',
});

/** A workspace of packages and examples with Yarn 4. */
export const YARN_WORKSPACES: Tree = {
  'package.json': pkg(
    { test: 'vitest --run' },
    { packageManager: 'yarn@4.0.0', workspaces: ['packages/*', 'examples/*'] },
  ),
  'yarn.lock': '',
};

/** A repository and what its CI means: what must be run, what must not, and the preparations of the tests. */
export interface CiCase {
  promise: string;
  tree: Tree;
  runs: string[];
  never?: RegExp;
  before?: string[];
  note?: RegExp;
}

/** One test for each case. */
export function itReads(cases: readonly CiCase[]): void {
  for (const { promise, tree, runs, never, before, note } of cases) {
    it(promise, () => {
      const { checks, notes } = detectChecks(memoryRepo(tree));
      const found = checks.map(({ run }) => run);
      for (const run of runs) assert.ok(found.includes(run), `${run} is missing in ${found.join(' | ')}`);
      assert.equal(never && found.find((run) => never.test(run)), undefined);
      const test = checks.find(({ kind }) => kind === 'test');
      if (before)
        assert.deepEqual(
          (test?.before ?? []).map(({ run }) => run),
          before,
        );
      if (note) assert.match(notes.join('\n'), note);
    });
  }
}
