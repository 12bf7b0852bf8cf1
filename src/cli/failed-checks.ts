import type { AgenticSession, CheckResult } from '../api/types.ts';
import { failingLines } from '../checks/results/failing-lines.ts';
import { messageOf } from '../domain/errors.ts';
import { clip } from '../domain/text.ts';
import type { Engine } from '../engine/engine.ts';
import { logLines } from '../service/task-log.ts';
import { checkPart } from './log-parts.ts';

/** What the runner prints at most (failing-lines.ts). A program can print what looks like it, so it is a limit here too. */
const MAX_LINES = 60;
const MAX_LINE = 400;
/** Lines of the end of a check's output that are shown where none looks like a failure. */
const TAIL = 12;
/** The folder in which a check ran, as far as its lines name it. */
const CHECKOUT = /(?:file:\/\/)?(?:\/[^\s/:'"()]+)+\/checkout\//g;

/** The lines that the runner printed of a check's failures when the task ended: `Failures of npm test:`, and lines with a margin of two below it. */
function saidFailures(lines: readonly string[], command: string): string[] {
  const start = lines.lastIndexOf(`Failures of ${command}:`);
  if (start < 0) return [];
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => !line.startsWith('  '));
  return (end < 0 ? after : after.slice(0, end)).slice(0, MAX_LINES).map((line) => line.slice(2));
}

/**
 * Returns the lines of a task's log that explain why a check failed, at most 60. Returns the end of the check's output if no line looks like a failure, and an empty
 * list if the log does not contain the output.
 */
export const failuresOf = (check: CheckResult, lines: readonly string[]): string[] =>
  uncutFailures(check, lines).map((line) => clip(line, MAX_LINE).replace(CHECKOUT, ''));

function uncutFailures({ name, command }: CheckResult, lines: readonly string[]): string[] {
  const said = command === undefined ? [] : saidFailures(lines, command);
  if (said.length > 0) return said;
  const part = checkPart(lines, { name, command });
  if (!part) return [];
  const output = lines.slice(part.from + 1, part.isWhole ? part.to : part.to + 1);
  const failing = failingLines(output);
  return failing.length > 0 ? failing : output.filter((line) => line.trim() !== '').slice(-TAIL);
}

/** The folder in which the command of a check works, relative to the repository: `packages/a` of `cd packages/a && npm test`. */
export const folderOf = ({ command = '' }: CheckResult): string =>
  /^cd ([\w@.+/-]+) && /.exec(command)?.[1] ?? '';

/**
 * The lines of a task's log for a report of it. A log that cannot be read does not stop the report: then it is the end that the status holds, and a line that
 * says why.
 */
export async function logForReport(
  engine: Engine,
  task: AgenticSession,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return await logLines(engine, task, signal);
  } catch (error) {
    const end = (task.status?.logs ?? '').replace(/\n$/, '').split('\n');
    return [`The whole log cannot be read: ${messageOf(error)}`, ...end];
  }
}
