import type { AgenticSession } from '../api/types.ts';
import { deadlineOf } from '../domain/deadline.ts';
import { isMadeFor, rootOf } from '../domain/retry.ts';
import type { Settings } from '../domain/settings.ts';
import { creatorOf, retryCountOf, taskName, timeoutOf } from '../domain/task.ts';
import { clip } from '../domain/text.ts';
import type { RunnerInput } from '../engine/runner-input.ts';

/** What the runner's stages are told of a task that starts now; `earlier` is the one that it goes on with. */
export function runnerInput(
  session: AgenticSession,
  settings: Settings,
  startedAt: string,
  earlier?: AgenticSession,
): RunnerInput {
  const { name, namespace, uid, creationTimestamp } = session.metadata;
  const retryCount = retryCountOf(session);
  return {
    task: {
      name: taskName(session),
      project: namespace,
      session: name,
      uid: uid ?? '',
      createdAt: creationTimestamp ?? startedAt,
      creator: creatorOf(session),
      retryCount,
      ...(retryCount > 0 && { retryOf: rootOf(session) }),
    },
    spec: session.spec,
    ...(earlier && {
      continues: {
        task: taskName(earlier),
        isMade: isMadeFor(session, earlier),
        ...(earlier.status?.reason && { reason: earlier.status.reason }),
        ...(earlier.status?.error && { error: clip(earlier.status.error, 1500) }),
      },
    }),
    deadline: deadlineOf(startedAt, timeoutOf(session)).toISOString(),
    limits: {
      checkSeconds: settings.checks.timeout,
      fileBytes: settings.change.maxFileBytes,
      logBytes: settings.logs.maxBytes,
      modelWaitSeconds: settings.agents.modelWait,
      silenceSeconds: settings.agents.silence,
    },
    proof: settings.proof,
    sandbox: settings.sandbox,
    protectedPaths: settings.protectedPaths,
    passEnv: settings.passEnv,
    network: settings.network,
    author: settings.author,
    ...(settings.pageBaseUrl && {
      pageUrl: `${settings.pageBaseUrl.replace(/\/$/, '')}/projects/${namespace}/tasks/${taskName(session)}`,
    }),
  };
}
