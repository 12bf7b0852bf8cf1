import type { AgenticSession } from '../api/types.ts';
import { adviceLine } from '../domain/advice.ts';
import { conditionOf } from '../domain/conditions.ts';
import { BgtaskError, messageOf } from '../domain/errors.ts';
import { isFinished, phaseOf, prUrlOf, taskName, unprovenWords } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { type Awaited, awaitTask } from '../service/await-task.ts';
import type { BuiltTask } from '../service/task-object.ts';
import { reportToCi } from './ci/report.ts';
import { EXIT, type CliContext, type GlobalOptions } from './context.ts';
import { printJunit } from './junit/print.ts';
import { announce } from './print-objects.ts';
import { TASKS } from './task-columns.ts';
import { waitedCode } from './waited-code.ts';
import { endWords } from './end-words.ts';
import { goesOn, parseWatchOutput, watchTask } from './watch-task.ts';

export interface Following extends GlobalOptions {
  watch?: boolean;
  wait?: boolean;
}

/** Refuses a -o that --watch does not know, and -o junit without --wait, before a task is made. */
export function checkFollowing(options: Following): void {
  if (options.watch) parseWatchOutput(options.output);
  else if (isJunit(options) && !options.wait)
    throw new BgtaskError('Usage', '-o junit reports on a task that ended: it needs --wait.');
}

const isJunit = ({ output }: GlobalOptions): boolean => output === 'junit';

/** Refuses a second report: a file of JUnit is one document. Throws Usage. */
export function checkOneReport(options: Following, tasks: number): void {
  if (isJunit(options) && tasks > 1)
    throw new BgtaskError('Usage', '-o junit takes one task here, and several are chosen.', {
      hint: 'Start them without it, and report on all of them: bgtask wait NAME NAME -o junit',
    });
}

/** Says that a task was made, then follows it or waits for it when asked; the exit code. */
export async function reportCreated(
  context: CliContext,
  engine: Engine,
  made: BuiltTask,
  options: Following,
): Promise<number> {
  const { session, warnings } = made;
  const name = taskName(session);
  for (const warning of warnings) context.warn(warning);
  if (options.watch) {
    context.say(`task/${name} created`);
    return watchTask(context, engine, session, options);
  }
  if (options.wait) {
    sayMade(context, session, options);
    return waitForEnd(context, engine, session, options);
  }
  await announce(context, options, { object: session, showing: TASKS }, 'created');
  const admitted = conditionOf(session.status?.conditions, 'Admitted');
  if (admitted?.reason === 'InLine') context.say(`${session.status?.currentPhase}: ${admitted.message}`);
  context.say(`Follow it: bgtask watch ${name}`);
  return EXIT.ok;
}

const isPlain = (options: Following): boolean =>
  (options.output === undefined || isJunit(options)) && !options.quiet;

/** Says on standard error that a task was made that is waited for; with -o or -q its end is what is printed. */
export function sayMade(context: CliContext, session: AgenticSession, options: Following): void {
  if (isPlain(options)) context.say(`task/${taskName(session)} created`);
}

/** Waits until the task has ended. Prints the URL of the pull request on standard output; with -o or -q prints the object instead. */
export async function waitForEnd(
  context: CliContext,
  engine: Engine,
  session: AgenticSession,
  options: Following,
): Promise<number> {
  let seen: Awaited = { reached: false, deleted: false };
  let code: number;
  try {
    seen = await awaitTask(engine, session, { until: isFinished, signal: context.signal });
    code = waitedCode(session, seen);
  } catch (error) {
    if (isJunit(options)) await printJunit(context, engine, [{ task: session, why: messageOf(error) }]);
    throw error;
  }
  const ended = seen.session;
  if (isJunit(options)) await printJunit(context, engine, [{ task: ended ?? session }]);
  if (code === EXIT.interrupted || !ended) {
    context.say(goesOn(session));
    return code;
  }
  await reportToCi(context, engine, ended, options);
  const url = prUrlOf(ended);
  if (isJunit(options)) sayUrl(context, url);
  else if (!isPlain(options)) await announce(context, options, { object: ended, showing: TASKS }, 'created');
  else if (url) context.out(`${url}\n`);
  sayEnd(context, ended);
  return code;
}

function sayUrl(context: CliContext, url: string | undefined): void {
  if (url) context.say(`Pull request: ${url}`);
}

/** How many lines of a failed task's log are printed. */
const SHOWN = 12;

const lastLines = ({ status }: AgenticSession): string[] =>
  (status?.logs ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-SHOWN);

/** Says how a task ended that was waited for. */
function sayEnd(context: CliContext, task: AgenticSession): void {
  const unproven = unprovenWords(task);
  if (unproven) context.warn(unproven);
  if (phaseOf(task) === 'Completed') return;
  // A problem matcher of GitHub reads whole lines: with a margin it takes none for a compiler's.
  const margin = context.ci ? '  | ' : '';
  for (const line of lastLines(task)) context.say(`${margin}${line}`);
  context.warn(`task "${taskName(task)}" is ${endWords(task)}`);
  context.say(adviceLine(task));
}
