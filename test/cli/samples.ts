import type { TaskFields, World } from './world.ts';

const PR = 'https://example.com/example-org/app/pull/7';

const started = { startTime: '2026-01-31T11:00:05Z', jobName: 'job' };

/** One task of each state that people meet. */
export const SAMPLES: Record<string, TaskFields> = {
  'upgrade-lodash': {
    created: '2026-01-31T11:00:00Z',
    spec: {
      prompt: 'Upgrade lodash to 4.17.21.\nMake the tests pass.',
      templateId: 'upgrade-dependency',
      parameters: { packageName: 'lodash', version: '4.17.21' },
      agent: { type: 'claude', model: 'model-1' },
    },
    status: {
      ...started,
      phase: 'Completed',
      progress: 100,
      currentPhase: 'Pull request created',
      completionTime: '2026-01-31T11:09:35Z',
      steps: [
        { name: 'clone', startedAt: '2026-01-31T11:00:10Z', finishedAt: '2026-01-31T11:00:14Z' },
        { name: 'change', startedAt: '2026-01-31T11:00:14Z', finishedAt: '2026-01-31T11:07:01Z' },
        { name: 'check', startedAt: '2026-01-31T11:07:01Z', finishedAt: '2026-01-31T11:09:30Z' },
        { name: 'push', startedAt: '2026-01-31T11:09:30Z' },
      ],
      logs: 'Running linters: npm run lint\nRunning tests: npm test\nAll checks passed\n',
      logArchive: 'file:///state/logs/upgrade-lodash.log.gz',
      checks: [
        { name: 'lint', command: 'npm run lint', result: 'passed', exitCode: 0, seconds: 2.25 },
        {
          name: 'test',
          command: 'npm test',
          result: 'failed',
          exitCode: 1,
          seconds: 61,
          note: 'failed before the change',
        },
      ],
      repos: [
        {
          name: 'app',
          status: 'pushed',
          branch: 'background-task-upgrade-lodash',
          commit: '0123456789012345678901234567890123456789',
          prUrl: PR,
          prCreatedAt: '2026-01-31T11:09:30Z',
          added: 12,
          removed: 3,
          files: 2,
        },
      ],
      usage: { turns: 9, inputTokens: 40_000, outputTokens: 2_000, costUSD: 0.42, model: 'model-1' },
      conditions: [
        {
          type: 'Admitted',
          status: 'True',
          reason: 'Admitted',
          message: 'Within the limits',
          lastTransitionTime: '2026-01-31T11:00:01Z',
        },
        {
          type: 'Published',
          status: 'True',
          reason: 'Published',
          message: PR,
          lastTransitionTime: '2026-01-31T11:09:30Z',
        },
      ],
    },
  },
  'fix-lint': {
    created: '2026-01-30T12:00:00Z',
    spec: { repos: [{ input: { url: 'https://example.com/example-org/site' } }] },
    status: {
      ...started,
      startTime: '2026-01-30T12:00:05Z',
      phase: 'Failed',
      reason: 'ValidationFailed',
      error: 'Linting failed: npm run lint exited with code 1',
      progress: 66,
      currentPhase: 'Running linters',
      completionTime: '2026-01-30T12:03:05Z',
      logs: 'Running linters: npm run lint\n\u001b[31msrc/a.js:1: no-debugger\u001b[0m\n1 problem\n',
      checks: [
        { name: 'lint', command: 'npm run lint', result: 'failed', exitCode: 1, seconds: 1 },
        {
          name: 'typecheck (packages/long-name: tsc)',
          command: 'cd packages/long-name && npx --no-install tsc --noEmit',
          result: 'passed',
          exitCode: 0,
          seconds: 2,
        },
        { name: 'test', command: 'pipx run nox', result: 'skipped', note: 'pipx is not installed' },
      ],
    },
  },
  'fix-lint-retry-1': {
    created: '2026-01-31T11:58:00Z',
    retry: { root: 'fix-lint', count: 1 },
    spec: { repos: [{ input: { url: 'https://example.com/example-org/site' } }] },
    status: {
      ...started,
      startTime: '2026-01-31T11:58:05Z',
      phase: 'Running',
      progress: 40,
      currentPhase: 'Generating changes',
      retryCount: 1,
      usage: { turns: 10, inputTokens: 9_000, outputTokens: 700 },
    },
  },
  'add-docs': {
    created: '2026-01-31T11:59:30Z',
    spec: { queue: true, timeout: 600, userContext: { userId: 'kube:admin' } },
    status: {
      phase: 'Pending',
      progress: 0,
      currentPhase: 'Waiting in line, place 1',
      conditions: [
        {
          type: 'Admitted',
          status: 'False',
          reason: 'InLine',
          message: 'You already have 1 running background task. Wait for it to complete or cancel it.',
          lastTransitionTime: '2026-01-31T11:59:31Z',
        },
      ],
    },
  },
  'slow-job': {
    project: 'team-b',
    created: '2026-01-31T09:00:00Z',
    status: {
      ...started,
      phase: 'Timeout',
      reason: 'DeadlineExceeded',
      error: 'Task exceeded 1 hour deadline',
      progress: 55,
      currentPhase: 'Generating changes',
    },
  },
};

/** Stores the samples, in the order of their names. */
export async function storeSamples(world: World): Promise<void> {
  for (const name of Object.keys(SAMPLES).sort()) await world.task(name, SAMPLES[name]);
}
