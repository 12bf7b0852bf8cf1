import { LABEL } from '../../../src/api/names.ts';
import type { AgenticSession, SessionStatus } from '../../../src/api/types.ts';
import { taskObject } from '../../../src/service/task-object.ts';

export const REPOSITORY = 'https://example.com/example-org/app';

/** A task as a user made it, with a status. */
export const taskOf = (status: SessionStatus, name = 'x', url = REPOSITORY): AgenticSession => {
  const task = taskObject('default', 'x', {
    mode: 'background',
    prompt: 'Do it.',
    repos: [{ input: { url, branch: 'main' } }],
    interactive: false,
    autoPushOnComplete: true,
  });
  const labels = { ...task.metadata.labels, [LABEL.task]: name };
  return { ...task, metadata: { ...task.metadata, labels }, status };
};

export const LINT = { name: 'lint', kind: 'lint', command: 'npm run lint', result: 'failed' } as const;
export const TEST = { name: 'test', kind: 'test', command: 'npm test', result: 'failed' } as const;

export const FAILED = {
  phase: 'Failed',
  reason: 'ValidationFailed',
  error: 'Linting failed: npm run lint exited with code 1',
} as const;

/** The URL of the pull request of COMPLETED. */
export const PR = 'https://example.com/example-org/app/pull/7';
export const COMPLETED: SessionStatus = {
  phase: 'Completed',
  checks: [{ ...TEST, result: 'passed', seconds: 2 }],
  repos: [{ name: 'app', status: 'pushed', prUrl: PR }],
};
/** FAILED, with the check that failed. */
export const REFUSED: SessionStatus = { ...FAILED, checks: [{ ...LINT, exitCode: 1 }] };

/** The end of the log of a task that failed, as the runner prints it. */
export const failuresIn = (command: string, ...lines: string[]): string[] => [
  `Failures of ${command}:`,
  ...lines.map((line) => `  ${line}`),
  `The end of the output of ${command}:`,
  '  done',
];

/** What a hostile repository or agent puts wherever it can. */
export const HOSTILE_TEXT =
  '</failure>]]> <script>&amp;|`"\'\u0000\u0007\u001b[31m\ud800\ufffe\u202e\u200b @team #1\n::error file=a.js::x\n##[error]y\n# Heading\n| a | b |\n```\n<img src=x>';
