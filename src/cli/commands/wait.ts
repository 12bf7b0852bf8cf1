import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, phaseOf, taskName, unprovenWords } from '../../domain/task.ts';
import { type Awaited, awaitTasks } from '../../service/await-task.ts';
import { reportToCi } from '../ci/report.ts';
import { type Chosen, chosenTasks, tasksIn } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import { type CliContext, EXIT } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { results } from '../each-task.ts';
import { printJunit, toReport, type ToReport } from '../junit/print.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { type Target, targetOf } from '../wait-target.ts';
import { waitedCode } from '../waited-code.ts';
import { endWords } from '../end-words.ts';
import { goesOn } from '../watch-task.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

interface WaitOptions extends ChoiceFlags {
  for: string;
  timeout?: string;
  any?: boolean;
}

/** Says what came instead of what was waited for; the exit code. Throws NotFound or WaitTimeout. */
function conclude(
  context: CliContext,
  task: AgenticSession,
  seen: Awaited,
  { target, timeout }: { target: Target; timeout: string | undefined },
): number {
  const code = waitedCode(task, seen, target.reached);
  const { session = task, reached } = seen;
  if (reached) {
    const unproven = unprovenWords(session);
    if (unproven) context.warn(unproven);
    if (!target.reached(session)) context.warn(`task "${taskName(session)}" is ${endWords(session)}`);
    return code;
  }
  throw new BgtaskError('WaitTimeout', `Task "${taskName(task)}" is ${phaseOf(session)} after ${timeout}.`, {
    hint: goesOn(task),
  });
}

interface Waited {
  /** What was seen of the tasks that are told of: all, or the one that --any waited for. */
  told: ReadonlyMap<AgenticSession, Awaited>;
  isFirst: boolean;
}

/** What a report says of a task that was waited for; of one that is not told of nothing. */
function reportOn(target: Chosen['targets'][number], { told, isFirst }: Waited): ToReport[] {
  if ('error' in target) return isFirst ? [] : [toReport(target)];
  const seen = told.get(target.task);
  if (!seen) return [];
  const { session: task = target.task, deleted } = seen;
  return [{ task, ...(deleted && { why: 'The task was deleted before it ended.' }) }];
}

/** Prints what -o asks for, and what a CI system reads. */
async function show(
  context: CliContext,
  { engine, targets, isOne }: Chosen,
  waited: Waited,
  options: WaitOptions,
): Promise<void> {
  const states = [...waited.told].flatMap(([task, { reached, session = task }]) =>
    reached ? [session] : [],
  );
  const isList = !isOne && !waited.isFirst;
  if (options.output === 'junit') {
    const reports = targets.flatMap((target) => reportOn(target, waited));
    await printJunit(context, engine, reports);
  } else if (options.output && (states.length > 0 || isList))
    await printObjects(context, options, states, { ...TASKS, list: isList });
  for (const task of states) await reportToCi(context, engine, task, options);
}

/** What a person is told who stops waiting. */
const stillOn = (tasks: readonly AgenticSession[]): string =>
  tasks.length === 1 && tasks[0]
    ? goesOn(tasks[0])
    : `${tasks.length} tasks go on in the background. Follow them: bgtask list --watch`;

/** Waits until each task has come to a state, or to one that rules it out; with --any until the first has come to it. The exit code. */
async function waitFor(
  context: CliContext,
  chosen: Chosen,
  target: Target,
  options: WaitOptions & { milliseconds: number | undefined },
): Promise<number> {
  const { engine, targets } = chosen;
  const tasks = tasksIn(targets);
  const { signal } = context;
  const { milliseconds, timeout } = options;
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  const until = (each: AgenticSession): boolean => target.reached(each) || target.missed(each);
  const enough = options.any ? target.reached : undefined;
  const seen = await awaitTasks(engine, tasks, { until, enough, milliseconds, signal });
  const seenOf = (task: AgenticSession): Awaited =>
    seen[tasks.indexOf(task)] ?? { reached: false, deleted: false };
  const hasReached = ({ session }: Awaited): boolean => session !== undefined && target.reached(session);
  const first = options.any ? tasks.find((task) => hasReached(seenOf(task))) : undefined;
  const told = new Map((first ? [first] : tasks).map((task) => [task, seenOf(task)]));
  await show(context, chosen, { told, isFirst: first !== undefined }, options);
  const open = tasks.filter((task) => !seenOf(task).reached && !seenOf(task).deleted);
  if (signal.aborted && !first && open.length > 0) {
    context.say(stillOn(open));
    return EXIT.interrupted;
  }
  const all = results(context, options);
  for (const each of targets) {
    if ('error' in each) all.fail(each.error);
    else if (told.has(each.task))
      all.attempt(() => conclude(context, each.task, seenOf(each.task), { target, timeout }));
  }
  return first ? EXIT.ok : all.code;
}

async function wait(context: CliContext, names: readonly string[], options: WaitOptions): Promise<number> {
  const target = targetOf(options.for);
  const milliseconds =
    options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
  const chosen = await chosenTasks(context, names, options, { doing: 'wait for', brief: true });
  return waitFor(context, chosen, target, { ...options, milliseconds });
}

export const setup: Setup = (command, context, exit) => {
  const notes =
    'Exit codes: 0 reached, 3 the task Failed, 6 Stopped, 7 Timeout, 124 gave up. Of several tasks the\nfirst code that is not 0; with --any 0 when one task reaches it.\nIn GitHub Actions, GitLab CI and Jenkins the log is folded and failures are annotated.\n-o junit prints a JUnit report of the checks.';
  const examples = [
    'wait upgrade-lodash --for=completed --timeout=30m',
    'wait --status running --for=ended',
    'wait upgrade-lodash fix-lint --any',
    'wait upgrade-lodash -o junit > report.xml',
  ];
  addChoice(command)
    .option('--for <what>', 'completed, ended, or a phase', 'completed')
    .option('--any', 'of several tasks, wait for the first that reaches it')
    .option('--timeout <duration>', 'give up after this time, e.g. 90s or 30m')
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: WaitOptions) => exit(await wait(context, names, options)));
};
