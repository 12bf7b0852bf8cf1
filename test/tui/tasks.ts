import type { AgenticSession, SessionStatus } from '../../src/api/types.ts';

/** The moment at which tests look. */
export const NOW = Date.parse('2026-01-31T12:00:00Z');

/** The time that was so many seconds ago. */
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

export interface TaskFields {
  project?: string;
  age?: number;
  retries?: number;
  cancel?: boolean;
  status?: Partial<SessionStatus>;
}

/** A task as the store has it. */
export function taskOf(name: string, fields: TaskFields = {}): AgenticSession {
  const { project = 'default', age = 200, retries = 0, cancel, status } = fields;
  return {
    apiVersion: 'vteam.ambient-code/v1alpha1',
    kind: 'AgenticSession',
    metadata: {
      name: `${name}-0a1b2c3d`,
      namespace: project,
      uid: `uid-${project}-${name}`,
      creationTimestamp: ago(age),
      labels: { 'ambient-code.io/task': name },
      annotations: { 'ambient-code.io/retry-count': String(retries) },
    },
    spec: {
      mode: 'background',
      prompt: 'Do it.',
      repos: [{ input: { url: 'https://example.com/example-org/app' } }],
      ...(cancel && { cancel }),
    },
    ...(status && { status }),
  };
}

export const RUNNING: Partial<SessionStatus> = {
  phase: 'Running',
  progress: 43,
  currentPhase: 'Generating changes',
  startTime: ago(190),
  usage: { turns: 7, inputTokens: 123_456, outputTokens: 7890, costUSD: 0.4211 },
};

export const FAILED: Partial<SessionStatus> = {
  phase: 'Failed',
  progress: 74,
  currentPhase: 'Running tests',
  reason: 'ValidationFailed',
  error: 'Linting failed: npm run lint exited with code 1, and what it says is in the log of the task',
  startTime: ago(190),
  completionTime: ago(5),
  checks: [
    { name: 'format', command: 'npm run format', result: 'passed', seconds: 0.31 },
    { name: 'lint', command: 'npm run lint', result: 'failed', exitCode: 1, seconds: 12.2 },
    { name: 'test', command: 'npm test', result: 'skipped', note: 'failed before the change' },
  ],
};

export const COMPLETED: Partial<SessionStatus> = {
  phase: 'Completed',
  progress: 100,
  currentPhase: 'Pull request created',
  startTime: ago(190),
  completionTime: ago(5),
  repos: [
    {
      name: 'app',
      status: 'pushed',
      prUrl: 'https://example.com/example-org/application-with-a-name/pull/7',
    },
  ],
  checks: [{ name: 'test', command: 'npm test', result: 'passed', seconds: 31.4 }],
};
