import assert from 'node:assert/strict';
import type { SessionStatus } from '../../../src/api/types.ts';
import { annotationsOf, inRepository } from '../../../src/cli/ci/annotations.ts';
import type { Annotation } from '../../../src/cli/ci/system.ts';
import { FAILED, failuresIn, LINT, REPOSITORY, taskOf, TEST } from './tasks.ts';

const AT_A: Annotation = {
  level: 'error',
  title: 'Linting',
  path: 'src/a.js',
  line: 1,
  column: 5,
  message: 'No x',
};

const ROWS: [what: string, status: SessionStatus, log: string[], annotations: Annotation[]][] = [
  [
    'a check with a place',
    { ...FAILED, checks: [LINT] },
    failuresIn('npm run lint', 'src/a.js:1:5: error: No x'),
    [AT_A],
  ],
  [
    'a check in a folder',
    { ...FAILED, checks: [{ ...LINT, command: 'cd packages/a && ruff check' }] },
    failuresIn('cd packages/a && ruff check', 'src/a.js:1:5: error: No x'),
    [{ ...AT_A, path: 'packages/a/src/a.js' }],
  ],
  [
    'the last run of the check, not an earlier one',
    { ...FAILED, checks: [LINT] },
    [
      ...failuresIn('npm run lint', 'src/old.js:9:9: error: Old'),
      ...failuresIn('npm run lint', 'src/a.js:1:5: error: No x'),
    ],
    [AT_A],
  ],
  [
    'a log in which the runner named no failures: the part of the check, without the folder of the checkout',
    { ...FAILED, checks: [LINT] },
    [
      'Running linters: npm run lint',
      '/tmp/x/workspace/checkout/src/a.js:1:5: error: No x',
      'Linting failed: npm run lint exited with code 1',
    ],
    [AT_A],
  ],
  [
    'a check without a place, its failing tests named',
    {
      ...FAILED,
      checks: [
        { ...TEST, exitCode: 1, tests: { run: 2, passed: 1, failed: 1, skipped: 0, newFailures: ['adds'] } },
      ],
    },
    failuresIn('npm test', 'not ok 1 - adds'),
    [{ level: 'error', title: 'Tests', message: 'Tests failed: npm test exited with code 1\nadds' }],
  ],
  [
    'two checks take turns',
    { ...FAILED, checks: [LINT, TEST] },
    [
      ...failuresIn('npm run lint', 'src/a.js:1:5: error: No x', 'src/b.js:2:1: error: No y'),
      ...failuresIn('npm test', 'test/a.py:3: AssertionError: no'),
    ],
    [
      AT_A,
      { level: 'error', title: 'Tests', path: 'test/a.py', line: 3, message: 'AssertionError: no' },
      { level: 'error', title: 'Linting', path: 'src/b.js', line: 2, column: 1, message: 'No y' },
    ],
  ],
  [
    'a check that failed before too is not a problem of the change',
    { phase: 'Completed', checks: [{ ...LINT, base: 'failed', worse: false }] },
    failuresIn('npm run lint', 'src/a.js:1:5: error: No x'),
    [],
  ],
  [
    'a task that failed before its checks',
    { phase: 'Failed', reason: 'CloneFailed', error: 'Not found' },
    [],
    [{ level: 'error', title: 'Task x', message: 'Failed (CloneFailed): Not found' }],
  ],
  [
    'a task that was cancelled',
    { phase: 'Stopped' },
    [],
    [{ level: 'error', title: 'Task x', message: 'Stopped' }],
  ],
  [
    'a change that is not proved',
    {
      phase: 'Completed',
      conditions: [
        {
          type: 'Validated',
          status: 'False',
          reason: 'NothingProven',
          message: 'No tests were found.',
          lastTransitionTime: '2026-01-31T12:00:00Z',
        },
      ],
    },
    [],
    [
      {
        level: 'warning',
        title: 'Task x',
        message: 'the change of task "x" is not proved (NothingProven): No tests were found.',
      },
    ],
  ],
];

describe('annotationsOf', () => {
  for (const [what, status, log, annotations] of ROWS)
    it(what, () => assert.deepEqual(annotationsOf(taskOf(status), log), annotations));
});

const OWN: [own: string | undefined, url: string, isOwn: boolean][] = [
  [REPOSITORY, REPOSITORY, true],
  [REPOSITORY, `${REPOSITORY}.git`, true],
  [REPOSITORY, 'git@example.com:Example-Org/App.git', true],
  [REPOSITORY, 'ssh://git@example.com:22/example-org/app', true],
  [REPOSITORY, '/work/app', true],
  [undefined, REPOSITORY, true],
  [REPOSITORY, 'https://example.com/example-org/other', false],
  [REPOSITORY, 'git@example.org:example-org/app', false],
];

describe('inRepository', () => {
  for (const [own, url, isOwn] of OWN)
    it(`in a job of ${own} the files of ${url} are ${isOwn ? 'given' : 'named in words'}`, () =>
      assert.deepEqual(inRepository([AT_A], own, url), [
        isOwn ? AT_A : { level: 'error', title: 'Linting', message: 'src/a.js:1: No x' },
      ]));
});
