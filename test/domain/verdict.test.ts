import assert from 'node:assert/strict';
import type { CheckResult } from '../../src/api/types.ts';
import { isProven, isWorse, verdictOf, withReplaced } from '../../src/domain/verdict.ts';

const lint = (more: Partial<CheckResult> = {}): CheckResult => ({
  name: 'lint',
  kind: 'lint',
  command: 'npm run lint',
  result: 'passed',
  ...more,
});
const test = (more: Partial<CheckResult> = {}): CheckResult => ({
  name: 'test',
  kind: 'test',
  command: 'npm test',
  result: 'passed',
  exitCode: 0,
  ...more,
});
const counts = (run: number, failed = 0, skipped = 0) => ({ run, passed: run - failed, failed, skipped });
const FAILED_BEFORE = { result: 'failed', base: 'failed', exitCode: 1 } as const;

const CASES: [promise: string, checks: CheckResult[], reason: string, message: string][] = [
  ['passed checks are a proof', [lint(), test()], 'ChecksPassed', 'All checks passed'],
  ['a linter alone is a proof where there are no tests', [lint()], 'ChecksPassed', 'All checks passed'],
  [
    'no check at all proves nothing',
    [],
    'NothingProven',
    'No linters, type checks or tests were found, so nothing proves this change.',
  ],
  [
    'a formatter proves nothing',
    [{ name: 'format', kind: 'format', result: 'passed' }],
    'NothingProven',
    'No linters, type checks or tests were found, so nothing proves this change.',
  ],
  [
    'a skipped check proves nothing',
    [lint({ result: 'skipped' })],
    'NothingProven',
    'Linting did not run. No check could run, so nothing proves this change.',
  ],
  [
    'tests that pass prove nothing where only a comparison with the base could tell, and it could not be made',
    [lint(), test({ base: 'unknown' })],
    'NothingProven',
    'Tests passed, but could not be compared with the base, which could not be prepared.',
  ],
  [
    'a check that could not run is named beside those that passed',
    [test(), test({ name: 'test (deno)', result: 'skipped', note: 'deno is not installed' })],
    'ChecksPassed',
    '1 of 2 checks passed. Tests (deno) did not run: deno is not installed.',
  ],
  [
    'tests that are as red as before prove nothing, however well the linter ends',
    [lint(), test({ ...FAILED_BEFORE, tests: { ...counts(214, 3), baseline: counts(214, 3) } })],
    'BaselineFailing',
    'Tests failed before the change too: 3 of 214, the same 3.',
  ],
  [
    'a red linter does not take the proof of tests away, and is said',
    [lint(FAILED_BEFORE), test()],
    'ChecksPassed',
    '1 of 2 checks passed. Linting failed before the change too: npm run lint exits with code 1 on the base as well.',
  ],
  [
    'a suite with fewer tests proves nothing',
    [test({ tests: { ...counts(3), baseline: counts(5) } })],
    'TestsRemoved',
    'Tests passed, but 2 fewer ran than before the change (3 of 5).',
  ],
  [
    'a suite with new skips proves nothing',
    [test({ tests: { ...counts(5, 0, 1), baseline: counts(5) } })],
    'TestsRemoved',
    'Tests passed, but 1 more test is skipped.',
  ],
  [
    'an emptied suite proves nothing',
    [lint(), test({ tests: { ...counts(0), baseline: counts(5) } })],
    'TestsRemoved',
    'Tests ran no test; 5 tests ran before the change.',
  ],
  [
    'a suite that never had a test proves nothing',
    [lint(), test({ tests: counts(0) })],
    'NothingProven',
    'Tests ran no test.',
  ],
  [
    'a red suite that lost tests says that it lost them',
    [test({ ...FAILED_BEFORE, tests: { ...counts(4, 1), baseline: counts(5, 1) } })],
    'TestsRemoved',
    'Tests failed as before, but 1 fewer ran than before the change (4 of 5).',
  ],
];

describe('the verdict of a task that names its checks', () => {
  const passed = { reason: 'ChecksPassed', message: 'All checks passed' } as const;
  for (const [replaced, message] of [
    [[], 'All checks passed'],
    [
      ['npm run lint', 'npm test'],
      "All checks passed. The task names its checks; the repository's own did not run: npm run lint, npm test.",
    ],
    [
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      "All checks passed. The task names its checks; the repository's own did not run: a, b, c, d, e and 2 more.",
    ],
  ] as const)
    it(`says that ${replaced.length} of the repository's own did not run`, () =>
      assert.equal(withReplaced(passed, replaced).message, message));
});

describe('what checks prove together', () => {
  for (const [promise, checks, reason, message] of CASES)
    it(promise, () => {
      assert.deepEqual(verdictOf(checks), { reason, message });
      assert.equal(isProven(verdictOf(checks)), reason === 'ChecksPassed');
    });

  const worse: [string, CheckResult, boolean][] = [
    ['a failure that was not compared', test({ result: 'failed' }), true],
    ['a failure of what passes on the base', test({ result: 'failed', base: 'passed' }), true],
    ['the same failure as on the base', test({ result: 'failed', base: 'failed', worse: false }), false],
    ['a worse failure than on the base', test({ result: 'failed', base: 'failed', worse: true }), true],
    ['a check that passed', test(), false],
    ['a skipped check', test({ result: 'skipped' }), false],
  ];
  for (const [what, check, wanted] of worse)
    it(`${what} ${wanted ? 'fails' : 'does not fail'} the task`, () => assert.equal(isWorse(check), wanted));
});
