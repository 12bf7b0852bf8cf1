import { canonicalRepo } from '../api/names.ts';
import { type AgenticSession, PHASES } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { creatorOf, phaseOf, repositoryOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { tasksOf } from './find-task.ts';

export interface TaskFilter {
  /** Phases, in any case; several with commas. */
  status?: string;
  /** A part of the task's name, in any case. */
  name?: string;
  creator?: string;
  repo?: string;
  template?: string;
  /** RFC 3339, or how long ago: 30m, 2h, 7d. */
  since?: string;
  selector?: string;
  /** Of each task what a table shows is enough. */
  brief?: boolean;
}

const UNIT = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment that `since` means. Throws Usage. */
export function sinceTime(since: string, now: Date): Date {
  const ago = /^(\d{1,9})([smhd])$/.exec(since);
  if (ago) return new Date(now.getTime() - Number(ago[1]) * UNIT[ago[2] as keyof typeof UNIT]);
  const time = Date.parse(since);
  if (!Number.isNaN(time) && /^\d{4}-\d\d-\d\d/.test(since)) return new Date(time);
  throw new BgtaskError('Usage', `since: ${JSON.stringify(since)} is not a valid time.`, {
    hint: 'Use how long ago, as 30m, 2h or 7d, or a time as 2026-01-31T12:00:00Z.',
  });
}

function phases(status: string): Set<string> {
  const wanted = status.split(',').map((word) => word.trim().toLowerCase());
  const unknown = wanted.find((word) => !PHASES.some((phase) => phase.toLowerCase() === word));
  if (unknown !== undefined)
    throw new BgtaskError('Usage', `status: ${JSON.stringify(unknown)} is not a valid phase.`, {
      hint: `The phases are ${PHASES.join(', ')}.`,
    });
  return new Set(wanted);
}

/** Whether a task passes every filter given but the selector, which the store knows. Throws Usage. */
export function taskFilter(filter: TaskFilter, now: Date): (task: AgenticSession) => boolean {
  const wanted = filter.status === undefined ? undefined : phases(filter.status);
  const since = filter.since === undefined ? undefined : sinceTime(filter.since, now).toISOString();
  const part = filter.name?.trim().toLowerCase();
  const repo = filter.repo === undefined ? undefined : canonicalRepo(filter.repo);
  return (task) =>
    (!wanted || wanted.has(phaseOf(task).toLowerCase())) &&
    (part === undefined || taskName(task).toLowerCase().includes(part)) &&
    (filter.template === undefined || task.spec.templateId === filter.template) &&
    (filter.creator === undefined || creatorOf(task) === filter.creator) &&
    (repo === undefined || canonicalRepo(repositoryOf(task)) === repo) &&
    (since === undefined || (task.metadata.creationTimestamp ?? '') >= since);
}

/** Whether what a table shows of tasks is enough: the template's name is in the spec alone. */
export const isBrief = ({ brief, template }: TaskFilter): boolean => brief === true && template === undefined;

/** The tasks that pass every filter given, in order of project and name. */
export async function listTasks(
  engine: Engine,
  namespace: string | undefined,
  filter: TaskFilter,
  now: Date,
): Promise<AgenticSession[]> {
  const passes = taskFilter(filter, now);
  const brief = isBrief(filter);
  return (await tasksOf(engine, { namespace, selector: filter.selector, brief })).filter(passes);
}
