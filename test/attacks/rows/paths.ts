import assert from 'node:assert/strict';
import { type Attack, EDIT } from '../attack.ts';

const file = (path: string): string => `mkdir -p "$(dirname '${path}')"; echo 'on: push' > '${path}'`;

/** A name, what is done, and the path of it that the error quotes; files of the base. */
const REFUSED: readonly [name: string, run: string, files?: Attack['files']][] = [
  ['a workflow', file('.github/workflows/evil.yml')],
  ['a workflow in other case', file('.GitHub/WorkFlows/evil.yml')],
  ['a workflow with a space that Windows drops', file('.github /workflows/evil.yml')],
  ['a workflow with a dot that Windows drops', file('.github./workflows/evil.yml')],
  ['a workflow by a short name of Windows', file('GITHUB~1/workflows/evil.yml')],
  ['a workflow with a character that macOS skips', `d="$(printf '.git\\342\\200\\214hub')/workflows"; mkdir -p "$d"; echo 'on: push' > "$d/evil.yml"`],
  ['a workflow behind a backslash', `mkdir -p '.github\\workflows'; echo 'on: push' > '.github\\workflows\\evil.yml'`],
  ['.github becomes a link to a folder of the change', `mkdir -p other/workflows; echo 'on: push' > other/workflows/evil.yml; mv .github old; ln -s other .github`, { '.github/workflows/ci.yml': 'on: push\n' }],
  ['a workflow is removed', 'rm -r .github', { '.github/workflows/ci.yml': 'on: push\n' }],
  ['a workflow is made by another name and renamed by git', `git mv .github/workflows .github/moved`, { '.github/workflows/ci.yml': 'on: push\n' }],
  ['CODEOWNERS in docs', file('docs/CODEOWNERS')],
  ['.gitmodules', file('.gitmodules')],
  ['.gitattributes in a folder', file('deep/.gitattributes')],
  ['.gitlab-ci.yml with a stream of Windows', file('.gitlab-ci.yml::$DATA')],
  ['.bgtask.yaml', `echo 'checks: []' > .bgtask.yaml`],
]; // prettier-ignore

/** Paths that a push must not change. */
export const PATHS: readonly Attack[] = REFUSED.map(([name, run, files]) => ({
  name: `a change of a protected path: ${name}`,
  outcome: 'stopped by the protected paths, before the push',
  run: `${EDIT}; ${run}`,
  ...(files && { files }),
  held: ({ status, pushed }) => {
    assert.deepEqual([status.phase, status.reason], ['Failed', 'ProtectedPath']);
    assert.equal(pushed, undefined);
  },
}));
