import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { keptOfSession } from '../../src/operator/kept-session.ts';
import { task } from '../domain/builders.ts';

const ENDED = {
  phase: 'Failed' as const,
  reason: 'ValidationFailed',
  completionTime: '2026-01-01T10:00:00Z',
  logArchive: 'configmap://team/chore-log-0',
  observedGeneration: 1,
};

describe('what the operator remembers of a session', () => {
  it('is of a task that goes on all that the schema knows', () => {
    const session = task({
      spec: { parameters: { any: 'name' }, checks: [{ name: 'lint', run: 'npm run lint' }], cancel: true },
      status: { phase: 'Running', logs: 'hello', checks: [{ name: 'lint', result: 'passed' }] },
    });
    session.metadata.annotations = { 'ambient-code.io/retry-count': '2' };
    session.metadata.deletionTimestamp = '2026-01-01T10:00:00Z';
    assert.deepEqual(keptOfSession(session), session);
  });

  it('is nothing that a user who may create tasks could fill its memory with', () => {
    const lean = task({ status: { phase: 'Pending' } });
    const { spec, metadata } = structuredClone(lean);
    const junk = 'x'.repeat(1_000_000);
    const [repo] = spec.repos ?? [];
    const heavy = {
      ...lean,
      metadata: {
        ...metadata,
        labels: { ...metadata.labels, 'example.com/junk': 'x' },
        annotations: { junk },
        finalizers: [`example.com/${junk}`],
      },
      spec: {
        ...spec,
        junk,
        ['__proto__']: { junk },
        repos: [{ ...repo, junk, input: { ...repo?.input, junk } }],
        userContext: { ...spec.userContext, junk },
      },
    } as unknown as AgenticSession;
    assert.deepEqual(keptOfSession(heavy), keptOfSession(lean));
    assert.ok(JSON.stringify(keptOfSession(heavy)).length < 5000);
  });

  it('is of a task that has ended what retention, the metrics and the line read', () => {
    const session = task({ status: { ...ENDED, logs: 'x'.repeat(10_240), currentPhase: 'Running linters' } });
    const { spec, status, metadata } = keptOfSession(session);
    assert.deepEqual(spec, { mode: 'background', userContext: { userId: 'user@example.com' } });
    assert.deepEqual(status, ENDED);
    assert.deepEqual(
      [metadata.name, metadata.uid, metadata.resourceVersion, metadata.creationTimestamp],
      [
        session.metadata.name,
        session.metadata.uid,
        session.metadata.resourceVersion,
        session.metadata.creationTimestamp,
      ],
    );
  });

  it('is only the mode when the session is not a task', () => {
    const session: AgenticSession = task({ status: { phase: 'Running', logs: 'hello' } });
    session.spec.mode = 'interactive';
    const { spec, status } = keptOfSession(session);
    assert.deepEqual([spec, status], [{ mode: 'interactive' }, undefined]);
  });
});
