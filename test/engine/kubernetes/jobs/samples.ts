import { sessionName } from '../../../../src/api/names.ts';
import type { AgenticSession, SessionSpec } from '../../../../src/api/types.ts';
import type { RunnerInput } from '../../../../src/engine/runner-input.ts';

/** A task of the project `example` as a client makes it. */
export function sampleSession(task = 'upgrade-lodash', spec: Partial<SessionSpec> = {}): AgenticSession {
  const name = sessionName('example', task);
  return {
    apiVersion: 'vteam.ambient-code/v1alpha1',
    kind: 'AgenticSession',
    metadata: {
      namespace: 'example',
      name,
      uid: `uid-of-${name}`,
      creationTimestamp: '2024-01-01T00:00:00Z',
      labels: {
        'ambient-code.io/mode': 'background',
        'ambient-code.io/task': task,
        'ambient-code.io/creator': 'user-example.com-0123456789',
        'ambient-code.io/repo': 'abcdef0123',
        'ambient-code.io/template': 'upgrade-dependency',
        'example.com/other': 'not-copied',
      },
    },
    spec: {
      mode: 'background',
      prompt: 'Upgrade lodash to 4.17.21',
      repos: [{ input: { url: 'https://example.com/example-org/repo' } }],
      userContext: { userId: 'user@example.com' },
      timeout: 1800,
      ...spec,
    },
  };
}

/** What the operator tells the stages of it. */
export const sampleInput = ({ metadata, spec }: AgenticSession): RunnerInput => ({
  task: {
    name: metadata.labels?.['ambient-code.io/task'] ?? metadata.name,
    project: metadata.namespace,
    session: metadata.name,
    uid: metadata.uid ?? '',
    createdAt: '2024-01-01T00:00:00Z',
    creator: 'user@example.com',
    retryCount: 0,
  },
  spec,
  deadline: '2024-01-01T00:30:05Z',
  limits: { checkSeconds: 900, fileBytes: 52_428_800, logBytes: 52_428_800 },
  protectedPaths: ['.github/workflows/**'],
  passEnv: [],
});
