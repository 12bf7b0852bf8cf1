import { SCHEMAS } from '../api/generated/schemas.ts';
import type { AgenticSession } from '../api/types.ts';
import type { SchemaNode } from '../api/validate-tree.ts';
import { briefMetadata, systemMetadata } from '../domain/brief-session.ts';
import { conditionOf } from '../domain/conditions.ts';
import { isFinished, isTask } from '../domain/task.ts';

/** A value without the fields that the schema lets pass and does not know. */
function known(value: unknown, node: SchemaNode | undefined): unknown {
  if (Array.isArray(value)) return value.map((each) => known(each, node?.items));
  if (typeof value !== 'object' || value === null || !node?.properties) return value;
  const { properties } = node;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) =>
      Object.hasOwn(properties, name) ? [[name, known(field, properties[name])]] : [],
    ),
  );
}

/** A task that goes on, without what others may have written into it: that has a limit for each object and none for all of them. */
function keptOfTask({ apiVersion, kind, metadata, spec, status }: AgenticSession): AgenticSession {
  const { deletionTimestamp } = metadata;
  const schema = SCHEMAS.AgenticSession.properties;
  return {
    apiVersion,
    kind,
    metadata: { ...briefMetadata(metadata), ...(deletionTimestamp && { deletionTimestamp }) },
    spec: known(spec, schema?.['spec']) as AgenticSession['spec'],
    ...(status && { status: known(status, schema?.['status']) as AgenticSession['status'] }),
  };
}

/**
 * What the operator keeps in memory of a session. Of a task before its end: the fields that the schema knows. Of a task that has ended: the fields that
 * retention and the metrics read. Of a session of another mode: only its mode. There may be ten thousand of the last two, and most of their size is the log.
 */
export function keptOfSession(session: AgenticSession): AgenticSession {
  if (isTask(session) && !isFinished(session)) return keptOfTask(session);
  const { apiVersion, kind, status } = session;
  const { spec }: Partial<AgenticSession> = session;
  const metadata = systemMetadata(session.metadata);
  if (!isTask(session)) return { apiVersion, kind, metadata, spec: { mode: spec?.mode } };
  const { phase, reason, completionTime, logArchive, change, observedGeneration } = status ?? {};
  const admitted = conditionOf(status?.conditions, 'Admitted');
  const { userId = '' } = spec?.userContext ?? {};
  return {
    apiVersion,
    kind,
    metadata,
    // When its user was last given a place decides whose turn it is.
    spec: { mode: spec?.mode, userContext: { userId } },
    status: {
      phase,
      reason,
      completionTime,
      logArchive,
      observedGeneration,
      ...(change && { change }),
      ...(admitted && { conditions: [admitted] }),
    },
  };
}
