import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../../domain/task.ts';
import type { Engine } from '../../engine/engine.ts';
import { findTask } from '../../service/find-task.ts';
import { taskLog } from '../../service/task-log.ts';
import { chosenTasks, tasksIn } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import { type CliContext, EXIT } from '../context.ts';
import { atOnce, eachTask } from '../each-task.ts';
import { logPrefix, printLog } from '../log-lines.ts';
import { endWords } from '../watch-task.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

interface LogsOptions extends ChoiceFlags {
  follow?: boolean;
  tail?: string;
  prefix?: boolean;
}

function tailOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '-1') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new BgtaskError('Usage', `invalid --tail ${JSON.stringify(text)}: must be a number of lines.`);
}

interface Reading {
  follow: boolean;
  tail: number | undefined;
  prefix: string;
}

/** Prints one task's log; the exit code. Throws NotFound when the task is deleted before it starts. */
async function printOne(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  { follow, tail, prefix }: Reading,
): Promise<number> {
  const { signal } = context;
  const any = await printLog(context, taskLog(engine, task, { follow, tail, signal }), prefix);
  // The log itself was all there is to say.
  if (signal.aborted) return EXIT.interrupted;
  // A log that was followed ends early when its task is deleted.
  const now = follow ? await findTask(engine, task.metadata.namespace, taskName(task)) : task;
  if (any || tail === 0) return EXIT.ok;
  const is = isFinished(now)
    ? endWords(now)
    : `${phaseOf(now)}. Wait for it: bgtask logs -f ${taskName(now)}`;
  context.say(`Task "${taskName(now)}" has no log; it is ${is}`);
  return EXIT.ok;
}

async function logs(context: CliContext, names: readonly string[], options: LogsOptions): Promise<number> {
  const tail = tailOf(options.tail);
  const { engine, targets, isOne } = await chosenTasks(context, names, options, { doing: 'show logs of' });
  const tasks = tasksIn(targets);
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  const { follow = false, allNamespaces = false } = options;
  const isPrefixed = options.prefix ?? (!isOne && targets.length > 1);
  const show = (task: AgenticSession): Promise<number> =>
    printOne(context, engine, task, {
      follow,
      tail,
      prefix: isPrefixed ? logPrefix(task, allNamespaces) : '',
    });
  return (follow ? atOnce : eachTask)(context, options, targets, show);
}

export const setup: Setup = (command, context, exit) => {
  const notes = 'Of several tasks each line begins with [NAME].';
  const examples = ['logs upgrade-lodash -f', 'logs @latest --tail 50', 'logs --status running -f'];
  addChoice(command)
    .option('-f, --follow', 'wait for the task to start, and go on until it has ended')
    .option('--tail <lines>', 'of what there is already, only the last lines')
    .option('--prefix', 'begin each line with the name of its task')
    .option('--no-prefix', 'leave the names out')
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: LogsOptions) => exit(await logs(context, names, options)));
};
