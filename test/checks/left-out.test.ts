import assert from 'node:assert/strict';
import type { Check, CheckKind } from '../../src/checks/check.ts';
import { leaveOutAbsent, leftOutResult, leftOutSentence } from '../../src/checks/left-out.ts';

const files = { paths: [], has: () => false, read: () => undefined };
const check = (kind: CheckKind, run: string, evidence = '.github/workflows/ci.yml:1 runs it'): Check => ({
  kind,
  name: run,
  run,
  evidence,
});
const npm = check('test', 'npm test');
const deno = check('test', 'A=b deno test --allow-read test.ts');

const CASES: readonly [what: string, checks: Check[], absent: string[], left: string[]][] = [
  ['another ecosystem beside tests that can run', [npm, deno], ['deno'], [deno.run]],
  ['its install too', [npm, check('install', 'mix deps.get'), check('test', 'mix test')], ['mix'], ['mix deps.get', 'mix test']],
  ['a linter of no ecosystem', [npm, check('lint', 'typos')], ['typos'], ['typos']],
  ['nothing where all is there', [npm, deno], [], []],
  ['nothing where the tests themselves cannot run', [npm, check('lint', 'typos')], ['npm'], []],
  ['nothing where no test can run', [npm, deno], ['npm', 'deno'], []],
  ['nothing of the ecosystem of the tests', [check('test', 'go test ./...'), check('lint', 'golangci-lint run')], ['golangci-lint'], []],
  ['nothing that the task names', [npm, check('test', 'deno test', 'spec.checks')], ['deno'], []],
  ['nothing that .bgtask.yaml names', [npm, check('test', 'deno test', '.bgtask.yaml checks[1]')], ['deno'], []],
]; // prettier-ignore

describe('what is left out because a program is absent', () => {
  for (const [what, checks, absent, left] of CASES)
    it(what, () => {
      const parted = leaveOutAbsent(checks, files, (program) => !absent.includes(program));
      assert.deepEqual(
        parted.left.map((one) => one.check.run),
        left,
      );
      assert.deepEqual(
        parted.checks,
        checks.filter((one) => !left.includes(one.run)),
      );
    });

  it('says of each what is missing and how to install it: pipx', () => {
    const nox = check('lint', 'pipx run nox -s lint');
    const [left] = leaveOutAbsent([npm, nox], files, (program) => program !== 'pipx').left;
    assert.equal(
      left && leftOutSentence(left),
      'Cannot run lint here: pipx run nox -s lint (.github/workflows/ci.yml:1 runs it). pipx is not installed. Install pipx from https://pipx.pypa.io.',
    );
    assert.equal(left && leftOutResult(left)?.note, 'pipx is not installed');
  });
});
