import type { AgenticSession } from '../../api/types.ts';
import { rootOf } from '../../domain/retry.ts';
import {
  agentOf,
  baseBranchOf,
  creatorOf,
  phaseOf,
  prUrlOf,
  repositoryOf,
  retryCountOf,
  taskName,
  timeoutOf,
  validationOf,
} from '../../domain/task.ts';
import { stepLabel } from '../../domain/steps.ts';
import { plainText } from '../../domain/text.ts';
import type { TaskBody, TaskSummaryBody } from '../shapes/task-shapes.ts';

/** What a list tells of a task; a brief session has all of it. */
export function taskSummary(session: AgenticSession): TaskSummaryBody {
  const { metadata, status = {} } = session;
  const root = rootOf(session);
  return {
    name: taskName(session),
    uid: metadata.uid ?? '',
    project: metadata.namespace,
    object: metadata.name,
    status: phaseOf(session),
    progress: status.progress ?? 0,
    currentPhase: plainText(status.currentPhase ?? ''),
    ...(status.reason && { reason: status.reason }),
    creator: creatorOf(session),
    repository: { url: repositoryOf(session) },
    createdAt: metadata.creationTimestamp ?? null,
    prUrl: prUrlOf(session) ?? null,
    retryCount: retryCountOf(session),
    ...(root !== taskName(session) && { retryOf: root }),
  };
}

/** A task as a caller of the API sees it: flat, in the API's own words, nothing that a terminal could act on. */
export function taskView(session: AgenticSession): TaskBody {
  const { spec, status = {} } = session;
  const branch = baseBranchOf(session);
  return {
    ...taskSummary(session),
    repository: { url: repositoryOf(session), ...(branch !== undefined && { branch }) },
    instructions: spec.prompt ?? '',
    ...(spec.templateId && { templateId: spec.templateId }),
    ...(spec.parameters && { parameters: spec.parameters }),
    agent: agentView(session),
    timeout: timeoutOf(session),
    queue: spec.queue === true,
    cancelRequested: spec.cancel === true,
    error: status.error ? plainText(status.error) : null,
    startedAt: status.startTime ?? null,
    completedAt: status.completionTime ?? null,
    steps: (status.steps ?? []).map(({ name, startedAt, finishedAt }) => ({
      name: plainText(name),
      label: stepLabel(plainText(name)),
      startedAt,
      ...(finishedAt && { finishedAt }),
    })),
    ...(status.jobName && { jobName: status.jobName }),
    ...changeView(session),
    ...keptView(session),
    checks: status.checks ?? [],
    validation: validationView(session),
    ...(status.usage && { usage: status.usage }),
    logs: plainText(status.logs ?? ''),
  };
}

function agentView(session: AgenticSession): TaskBody['agent'] {
  const { type, model } = agentOf(session);
  return { type, ...(model && { model }) };
}

function validationView(session: AgenticSession): TaskBody['validation'] {
  const validation = validationOf(session);
  return validation ? { ...validation, message: plainText(validation.message) } : null;
}

/** The kept change, without the place of its file. */
function keptView({ status }: AgenticSession): Pick<TaskBody, 'change'> {
  if (!status?.change) return {};
  const { location: _, note, ...change } = status.change;
  return { change: { ...change, ...(note && { note: plainText(note) }) } };
}

/** What was pushed, and how large it is. */
function changeView({ status }: AgenticSession) {
  const { branch, commit, prCreatedAt, files, added, removed } = status?.repos?.[0] ?? {};
  return {
    ...(branch && { branch }),
    ...(commit && { commit }),
    ...(prCreatedAt && { prCreatedAt }),
    ...(files !== undefined && { changes: { files, added: added ?? 0, removed: removed ?? 0 } }),
  };
}
