import type { AgenticSession } from '../../api/types.ts';
import { messageOf } from '../../domain/errors.ts';
import { isFinished } from '../../domain/task.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Target } from '../chosen-tasks.ts';
import type { CliContext } from '../context.ts';
import { logForReport } from '../failed-checks.ts';
import { junitXml, suiteOf, type Suite } from './report.ts';

/** A task whose report is printed, or why it cannot be read. */
export type ToReport = { task: AgenticSession; why?: string } | { error: string; name?: string };

/** What a report says of a task that a command line chose. */
export const toReport = (target: Target): ToReport =>
  'task' in target ? target : { error: messageOf(target.error) };

/** Prints a JUnit report of tasks on standard output, the failing lines of their logs in it. */
export async function printJunit(
  context: CliContext,
  engine: Engine,
  tasks: readonly ToReport[],
): Promise<void> {
  const suites: Suite[] = [];
  for (const each of tasks) {
    if ('error' in each) suites.push(suiteOf(each));
    else {
      const isOver = isFinished(each.task) && each.why === undefined;
      const log = isOver ? await logForReport(engine, each.task, context.signal) : [];
      suites.push(suiteOf({ ...each, log }));
    }
  }
  context.out(junitXml(suites));
}
