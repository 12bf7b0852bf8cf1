import { LABEL, RETRY_COUNT_ANNOTATION } from '../api/names.ts';
import { type AgenticSession, type AgentSpec, type Phase, PHASES } from '../api/types.ts';
import { canRetry, hasEnded } from './phases.ts';

/** Seconds a task may take when it does not say. */
export const DEFAULT_TIMEOUT = 3600;
/** How often failing checks go back to the agent when the task does not say. */
export const DEFAULT_REPAIRS = 2;

const KNOWN: ReadonlySet<string> = new Set(PHASES);

/** True for a session that bgtask looks after. One that was stored before there was a schema may have no spec. */
export const isTask = ({ spec }: Partial<AgenticSession>): boolean => spec?.mode === 'background';
const isPhase = (text: string | undefined): text is Phase => KNOWN.has(text ?? '');
/** Returns the phase of a task, or Pending if status.phase is missing or unknown. */
export const phaseOf = ({ status }: Pick<AgenticSession, 'status'>): Phase =>
  isPhase(status?.phase) ? status.phase : 'Pending';
/** True when nothing more will happen to the task. */
export const isFinished = (session: AgenticSession): boolean => hasEnded(phaseOf(session));
/** True when a retry of the task makes sense. */
export const isRetryable = (session: AgenticSession): boolean => canRetry(phaseOf(session));
/** The task's own name: its label, or the object's name for one applied by hand without the label. */
export const taskName = (session: AgenticSession): string =>
  session.metadata.labels?.[LABEL.task] ?? session.metadata.name;
/** The task's repository URL; empty for an object that no validator has seen. */
export const repositoryOf = (session: AgenticSession): string => session.spec.repos?.[0]?.input?.url ?? '';
/** The base branch; undefined stands for the repository's default branch. */
export const baseBranchOf = (session: AgenticSession): string | undefined =>
  session.spec.repos?.[0]?.input?.branch;
/** Who asked for the task. */
export const creatorOf = (session: AgenticSession): string => session.spec.userContext?.userId ?? '';
/** How many retries of its lineage came before and including this one. */
export const retryCountOf = (session: AgenticSession): number => {
  const count = session.metadata.annotations?.[RETRY_COUNT_ANNOTATION] ?? '';
  // A user may write any value into an annotation: a value that is not a count is read as 0.
  return /^\d{1,6}$/.test(count) ? Number(count) : 0;
};
/** The type of agent of a task that names none. */
export const DEFAULT_AGENT = 'claude';

/** The agent, claude when the task does not say. */
export const agentOf = (session: Pick<AgenticSession, 'spec'>): AgentSpec =>
  session.spec.agent ?? { type: DEFAULT_AGENT };
/** When the pull request was opened, if it was. */
/** What the checks of a finished task prove, by its condition Validated; undefined where that was not decided. */
export function validationOf(
  task: AgenticSession,
): { proven: boolean; reason: string; message: string } | undefined {
  const condition = task.status?.conditions?.find(({ type }) => type === 'Validated');
  return (
    condition && {
      proven: condition.status === 'True',
      reason: condition.reason ?? '',
      message: condition.message ?? '',
    }
  );
}

/** Why the published change of a Completed task is not proved; undefined when it is, or when there is none. */
export function unprovenWords(task: AgenticSession): string | undefined {
  const validation = validationOf(task);
  if (phaseOf(task) !== 'Completed' || !validation || validation.proven) return undefined;
  return `the change of task "${taskName(task)}" is not proved (${validation.reason}): ${validation.message}`;
}

export const prUrlOf = (session: AgenticSession): string | undefined => session.status?.repos?.[0]?.prUrl;
/** Seconds the task may take. */
export const timeoutOf = (session: AgenticSession): number => session.spec.timeout ?? DEFAULT_TIMEOUT;
