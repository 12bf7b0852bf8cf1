import assert from 'node:assert/strict';
import type { CheckResult, SessionStatus } from '../../../src/api/types.ts';
import { summaryOf } from '../../../src/cli/ci/summary.ts';
import { golden } from '../output/golden.ts';
import { FAILED, failuresIn, HOSTILE_TEXT, LINT, taskOf, TEST } from './tasks.ts';

const REPO = { name: 'app', status: 'pushed', commit: '0123456789012345678901234567890123456789' } as const;
const time = '2026-01-31T12:00:00Z';

const ROWS: [name: string, status: SessionStatus, log?: string[]][] = [
  [
    'completed',
    {
      phase: 'Completed',
      checks: [
        { ...TEST, result: 'passed', seconds: 2, tests: { run: 3, passed: 3, failed: 0, skipped: 0 } },
      ],
      repos: [{ ...REPO, prUrl: 'https://example.com/example-org/app/pull/7' }],
      conditions: [
        {
          type: 'Validated',
          status: 'True',
          reason: 'ChecksPassed',
          message: 'All checks passed',
          lastTransitionTime: time,
        },
      ],
    },
  ],
  [
    'unproven',
    {
      phase: 'Completed',
      checks: [],
      repos: [{ ...REPO, prUrl: 'file:///state/x y.md' }],
      conditions: [
        {
          type: 'Validated',
          status: 'False',
          reason: 'NothingProven',
          message: 'No tests were found.',
          lastTransitionTime: time,
        },
      ],
    },
  ],
  ['no-changes', { phase: 'Completed', reason: 'NoChanges' }],
  ['clone-failed', { phase: 'Failed', reason: 'CloneFailed', error: 'Repository not found: x_y' }],
  [
    'failed',
    {
      ...FAILED,
      checks: [
        { ...LINT, exitCode: 1 },
        { ...TEST, result: 'skipped', note: 'pipx is not installed' },
      ],
    },
    failuresIn('npm run lint', 'src/a.js', '  1:5  error  No x', '```', '</details> @team'),
  ],
];

describe("the summary of a job's page", () => {
  for (const [name, status, log = []] of ROWS)
    it(name, () => golden(`golden/summary-${name}.md`, import.meta.url, summaryOf(taskOf(status), log)));

  it('shows hostile texts as code alone', () => {
    const check: CheckResult = { ...LINT, name: HOSTILE_TEXT, command: HOSTILE_TEXT, note: HOSTILE_TEXT };
    const status: SessionStatus = {
      phase: 'Failed',
      reason: 'ValidationFailed',
      error: HOSTILE_TEXT,
      checks: [check],
      repos: [{ ...REPO, prUrl: `https://example.com/${HOSTILE_TEXT}` }],
    };
    const text = summaryOf(taskOf(status, HOSTILE_TEXT, HOSTILE_TEXT), failuresIn('npm run lint'));
    golden('golden/summary-hostile.md', import.meta.url, text);
    const outside = text
      .replace(/^(`{3,})text\n[^]*?\n\1$/gm, '')
      .replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '');
    assert.doesNotMatch(outside, /<(?:script|img)|@team|#1|Heading|::error/);
  });

  it('of fifty checks with long failures is far below what GitHub takes', () => {
    const checks = Array.from({ length: 50 }, (_, at): CheckResult => ({
      ...LINT,
      name: `lint ${at}`,
      command: `x${at}`,
    }));
    const line = `a.js:1:1: error: ${'`'.repeat(380)}`;
    const log = checks.flatMap(({ command = '' }) => failuresIn(command, ...Array<string>(60).fill(line)));
    const text = summaryOf(taskOf({ ...FAILED, checks }), log);
    assert.ok(Buffer.byteLength(text) < 400_000);
    assert.match(text, /\nThe failing lines of 40 more checks are in the log\.\n/);
  });
});
