import type { AgenticSession } from '../api/types.ts';
import { isFinished, isTask } from '../domain/task.ts';

/**
 * What the operator remembers of a session: a task that goes on whole; of one that has ended what retention and the metrics read; of a session
 * that is no task that it is none. There may be ten thousand of the latter two, and a log is most of what they hold.
 */
export function keptOfSession(session: AgenticSession): AgenticSession {
  if (isTask(session) && !isFinished(session)) return session;
  const { apiVersion, kind, spec, status } = session;
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = session.metadata;
  const metadata = { name, namespace, uid, resourceVersion, generation, creationTimestamp };
  if (!isTask(session)) return { apiVersion, kind, metadata, spec: { mode: spec.mode } };
  const { phase, reason, completionTime, logArchive, observedGeneration } = status ?? {};
  return {
    apiVersion,
    kind,
    metadata,
    spec: { mode: spec.mode },
    status: { phase, reason, completionTime, logArchive, observedGeneration },
  };
}
