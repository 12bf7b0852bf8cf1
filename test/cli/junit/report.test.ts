import assert from 'node:assert/strict';
import type { CheckResult, SessionStatus } from '../../../src/api/types.ts';
import { junitResults } from '../../../src/checks/results/junit-xml.ts';
import { junitXml, suiteOf } from '../../../src/cli/junit/report.ts';
import { FAILED, failuresIn, HOSTILE_TEXT, LINT, taskOf, TEST } from '../ci/tasks.ts';
import { golden } from '../output/golden.ts';
import { assertJunit } from './junit-rules.ts';
import { below, type Element, readXml } from './read-xml.ts';

/** The document as a strict parser and JUnit's rules take it. */
function read(text: string): Element {
  const root = readXml(text);
  assertJunit(root);
  return root;
}

const reportOf = (status: SessionStatus, log: string[] = [], name = 'x'): string =>
  junitXml([suiteOf({ task: taskOf(status, name), log })]);

/** `test: failure: message` for each case. */
const casesOf = (text: string): string[] =>
  below(read(text), 'testcase').map(({ attributes, children: [end] }) =>
    [
      attributes['name'],
      end?.name ?? 'passed',
      ...(end?.attributes['message'] ? [end.attributes['message']] : []),
    ].join(': '),
  );

const tests = { run: 3, passed: 3, failed: 0, skipped: 0 };
const passed = { ...TEST, result: 'passed', tests } as const;

const ROWS: [what: string, status: SessionStatus, cases: string[]][] = [
  [
    'checks that passed',
    { phase: 'Completed', checks: [{ ...LINT, result: 'passed' }, passed] },
    ['lint: passed', 'test: passed'],
  ],
  [
    'a formatter that changed files, and a check that did not run',
    {
      phase: 'Completed',
      checks: [
        { name: 'format', kind: 'format', result: 'passed' },
        { ...LINT, result: 'skipped', note: 'ruff is not installed' },
      ],
    },
    ['format: passed', 'lint: skipped: Linting did not run: ruff is not installed'],
  ],
  [
    'a check that failed before too, one with fewer tests, one without tests, one that cannot be compared',
    {
      phase: 'Completed',
      checks: [
        { ...LINT, base: 'failed', worse: false, note: 'failed before the change' },
        { ...passed, name: 'test a', tests: { ...tests, baseline: { ...tests, run: 5, passed: 5 } } },
        { ...passed, name: 'test b', tests: { run: 0, passed: 0, failed: 0, skipped: 0 } },
        { ...passed, name: 'test c', base: 'unknown' },
      ],
    },
    [
      'lint: skipped: Linting failed before the change too, so it proves nothing: failed before the change',
      'test a: skipped: Tests a ran fewer tests than before the change',
      'test b: skipped: Tests b ran no test',
      'test c: skipped: Tests c passed, but could not be compared with the base',
    ],
  ],
  [
    'a check that failed, and its tests',
    {
      ...FAILED,
      checks: [
        {
          ...TEST,
          exitCode: 1,
          base: 'passed',
          tests: { run: 3, passed: 1, failed: 2, skipped: 0, newFailures: ['adds', 'a > b'] },
        },
      ],
    },
    [
      'test: failure: Tests failed: npm test exited with code 1 (1 passed, 2 failed)',
      'adds: failure: The test fails on the change, and not on the base.',
      'a > b: failure: The test fails on the change, and not on the base.',
    ],
  ],
  [
    'checks that passed, and a push that did not',
    { phase: 'Failed', reason: 'PushFailed', error: 'Rejected', checks: [passed] },
    ['test: passed', 'task: error: Failed (PushFailed): Rejected'],
  ],
  [
    'a task that is running',
    { phase: 'Running', checks: [passed] },
    ['test: passed', 'task: error: The task has not ended: it is Running.'],
  ],
  ['a task without a status', {}, ['task: error: The task has not ended: it is Pending.']],
  ['a task that was cancelled', { phase: 'Stopped' }, ['task: error: Stopped']],
  [
    'a task whose time was over',
    { phase: 'Timeout', reason: 'DeadlineExceeded', error: 'Too long' },
    ['task: error: Timeout (DeadlineExceeded): Too long'],
  ],
  [
    'a task that failed its checks and names none',
    FAILED,
    [`task: error: Failed (ValidationFailed): ${FAILED.error}`],
  ],
  [
    'a task without checks',
    { phase: 'Completed' },
    ['task: error: The task ended without checks, so nothing proves its change.'],
  ],
  [
    'a task that needed no change',
    { phase: 'Completed', reason: 'NoChanges' },
    ['task: skipped: No changes were needed, so no check ran.'],
  ],
];

describe('the JUnit report', () => {
  for (const [what, status, cases] of ROWS)
    it(what, () => assert.deepEqual(casesOf(reportOf(status)), cases));

  it('of several tasks, one of them not found', () => {
    const failed: SessionStatus = {
      ...FAILED,
      startTime: '2026-01-31T11:00:05.123Z',
      completionTime: '2026-01-31T11:01:05Z',
      checks: [
        { ...LINT, exitCode: 1, seconds: 2.25 },
        { ...passed, seconds: 1 },
      ],
      repos: [
        { name: 'app', branch: 'background-task-x', commit: '0123', prUrl: 'https://example.com/pull/7' },
      ],
    };
    const log = failuresIn('npm run lint', 'src/a.js', '  1:5  error  a < b && c', '::error::x');
    const text = junitXml([
      suiteOf({ task: taskOf(failed), log }),
      suiteOf({ task: taskOf({ phase: 'Completed', checks: [passed] }, 'y'), log: [] }),
      suiteOf({ error: 'Task "z" not found in project "default".' }),
    ]);
    read(text);
    golden('golden/report.xml', import.meta.url, text);
  });

  it('what kept the end from being seen is an error, whatever the task says', () => {
    const why = 'The task was deleted before it ended.';
    const task = taskOf({ phase: 'Completed', checks: [passed] });
    assert.deepEqual(casesOf(junitXml([suiteOf({ task, log: [], why })])), [
      'test: passed',
      `task: error: ${why}`,
    ]);
  });

  it('hostile texts are text', () => {
    const check: CheckResult = {
      ...TEST,
      name: HOSTILE_TEXT,
      command: 'npm test',
      note: HOSTILE_TEXT,
      tests: { ...tests, newFailures: [HOSTILE_TEXT, ']]>', '\ud800', ''] },
    };
    const status: SessionStatus = { ...FAILED, reason: HOSTILE_TEXT, error: HOSTILE_TEXT, checks: [check] };
    const text = reportOf(status, failuresIn('npm test', ...HOSTILE_TEXT.split('\n')), HOSTILE_TEXT);
    const root = read(text);
    assert.equal(below(root, 'testcase').length, 6);
    assert.doesNotMatch(
      text,
      /^\s*::|##\[|##vso\[|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]|\p{Surrogate}/mu,
    );
    assert.match(below(root, 'failure')[0]?.text ?? '', /\n::error file=a\.js::x\n##\[error\]y\n/);
  });

  it('says how many failing tests are not named', () => {
    const newFailures = Array.from({ length: 20 }, (_, at) => `test ${at}`);
    const check: CheckResult = {
      ...TEST,
      tests: { run: 10_000, passed: 0, failed: 10_000, skipped: 0, newFailures },
    };
    const root = read(reportOf({ ...FAILED, checks: [check] }));
    assert.equal(below(root, 'testcase').length, 21);
    assert.match(below(root, 'failure')[0]?.text ?? '', /^10000 tests failed; 20 of them are named here\./);
  });

  it('is read by our own reader of JUnit reports', () => {
    const text = reportOf({
      ...FAILED,
      checks: [LINT, passed, { ...LINT, name: 'lint b', result: 'skipped' }],
    });
    const results = junitResults([text]);
    assert.deepEqual([results?.run, results?.failed, results?.skipped], [2, 1, 1]);
  });
});
