import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { phaseOf, taskName } from '../domain/task.ts';
import { checkPart, failedStepPart, type KnownCheck, type LogPart } from './log-parts.ts';

/** Kinds of checks: the names of detected checks begin with them. */
const KINDS = ['format', 'lint', 'typecheck', 'test'];

/** The checks of a task, as far as it says them. */
function knownChecks({ status, spec }: AgenticSession): KnownCheck[] {
  if (status?.checks?.length) return status.checks.map(({ name, command }) => ({ name, command }));
  return (spec.checks ?? []).flatMap(({ name, run }) => (name ? [{ name, command: run }] : []));
}

/** The part of a check, by its name. Throws NotFound. */
export function partOfCheck(task: AgenticSession, lines: readonly string[], name: string): LogPart {
  const known = knownChecks(task);
  const check =
    known.find((each) => each.name === name) ??
    (known.length === 0 && KINDS.includes(name) ? { name } : undefined);
  if (!check)
    throw new BgtaskError('NotFound', `Check "${name}" not found in task "${taskName(task)}".`, {
      hint:
        known.length > 0
          ? `Its checks: ${known.map((each) => each.name).join(', ')}`
          : `Its checks are not known yet (${phaseOf(task)}). See the log: bgtask logs ${taskName(task)}`,
    });
  const part = checkPart(lines, check);
  if (part) return part;
  throw new BgtaskError('NotFound', `Check "${name}" not found in the log of task "${taskName(task)}".`, {
    hint: `See the whole log: bgtask logs ${taskName(task)}`,
  });
}

const endedBadly = (task: AgenticSession): boolean => ['Failed', 'Timeout'].includes(phaseOf(task));

/** The parts of the checks that failed, and of the step in which the task failed where no check is the reason; in the order of the log. */
export function failedParts(task: AgenticSession, lines: readonly string[]): LogPart[] {
  const { checks = [], reason, error } = task.status ?? {};
  const parts = checks
    .filter(({ result }) => result === 'failed')
    .flatMap(({ name, command }) => checkPart(lines, { name, command }) ?? []);
  const isOfCheck = reason === 'ValidationFailed' && parts.length > 0;
  const step = endedBadly(task) && !isOfCheck ? failedStepPart(lines, error) : undefined;
  const isShown = step && parts.some(({ from, to }) => from <= step.from && step.to <= to);
  return [...parts, ...(step && !isShown ? [step] : [])].toSorted((a, b) => a.from - b.from);
}
