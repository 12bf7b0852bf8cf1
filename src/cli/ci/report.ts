import type { AgenticSession } from '../../api/types.ts';
import { checkTitle } from '../../domain/check-words.ts';
import { testFigures } from '../../domain/figures.ts';
import { isFinished, repositoryOf, taskName } from '../../domain/task.ts';
import { isWorse } from '../../domain/verdict.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { failuresOf, logForReport } from '../failed-checks.ts';
import { annotationsOf, inRepository } from './annotations.ts';
import type { CiOutput } from './output.ts';
import { summaryOf } from './summary.ts';

/** What a CI system reads is printed beside words for people and a JUnit report; any other -o, and -q, print data alone. */
const wantsReport = ({ output, quiet }: GlobalOptions): boolean =>
  !quiet && (output === undefined || output === 'junit');

function checkRows({ status }: AgenticSession): string[] {
  return (status?.checks ?? []).map(({ name, command = '', result, note, tests, seconds }) => {
    const details = [
      note,
      tests && testFigures(tests),
      seconds !== undefined && `${seconds.toFixed(1)} s`,
    ].filter(Boolean);
    return `${result.padEnd(7)}  ${name}  ${command}${details.length > 0 ? `  (${details.join('; ')})` : ''}`;
  });
}

function sections(ci: CiOutput, task: AgenticSession, log: readonly string[]): void {
  const of = `task "${taskName(task)}"`;
  ci.section(`Log of ${of}`, log.some((line) => line !== '') ? log : []);
  ci.section(`Checks of ${of}`, checkRows(task));
  for (const check of (task.status?.checks ?? []).filter(isWorse))
    ci.section(`Why it failed: ${checkTitle(check.name)}`, failuresOf(check, log));
}

/**
 * Tells the CI system of a task that ended, where the environment says that there is one: its log and its checks in sections, its failures as annotations,
 * and the job's summary. On standard error and in the summary's file; outside of CI, for a task that has not ended and with -o json nothing.
 */
export async function reportToCi(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  options: GlobalOptions,
): Promise<void> {
  const { ci, signal } = context;
  if (!ci || !wantsReport(options) || !isFinished(task)) return;
  const log = await logForReport(engine, task, signal);
  sections(ci, task, log);
  ci.annotate(inRepository(annotationsOf(task, log), ci.repository, repositoryOf(task)));
  const problem = ci.summary(summaryOf(task, log));
  if (problem) context.warn(problem);
}
