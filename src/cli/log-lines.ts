import type { AgenticSession } from '../api/types.ts';
import { taskName } from '../domain/task.ts';
import { wholeLines } from '../service/whole-lines.ts';
import type { CliContext } from './context.ts';
import { safeText } from './output/safe.ts';

/** What stands before each line of a task's log, as `kubectl logs --prefix` has it: `[upgrade-lodash] `; with the project where tasks are of several. */
export const logPrefix = (task: AgenticSession, allProjects = false): string =>
  `[${allProjects ? `${task.metadata.namespace}/` : ''}${taskName(task)}] `;

/** Prints whole lines, harmless to a terminal, each with the prefix before it. */
export function printText(context: CliContext, lines: string, prefix: string): void {
  if (lines === '') return;
  const safe = safeText(lines.endsWith('\n') ? lines : `${lines}\n`);
  context.out(prefix === '' ? safe : safe.replace(/^(?=[^])/gm, () => safeText(prefix)));
}

/** Prints a log; true when there was anything. */
export async function printLog(
  context: CliContext,
  pieces: AsyncIterable<string>,
  prefix: string,
): Promise<boolean> {
  let any = false;
  for await (const lines of wholeLines(pieces)) {
    printText(context, lines, prefix);
    any = true;
  }
  return any;
}
