import type { AgenticSession } from '../../api/types.ts';
import { adviceLine } from '../../domain/advice.ts';
import { isFinished, taskName } from '../../domain/task.ts';
import { chosenTasks, tasksIn } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext } from '../context.ts';
import { describeTask } from '../describe-task.ts';
import { eachTask } from '../each-task.ts';
import { printJunit, toReport } from '../junit/print.ts';
import { safeText } from '../output/safe.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

/** The next command: of a task that failed what may cure it, else its log. */
function nextWords(task: AgenticSession): string {
  const advice =
    adviceLine(task) || (task.status?.logs ? `The whole log: bgtask logs ${taskName(task)}` : '');
  return advice && `\n${advice}`;
}

/** Between two tasks, as kubectl has it. */
const BETWEEN = '\n\n';

async function describe(
  context: CliContext,
  names: readonly string[],
  options: ChoiceFlags,
): Promise<number> {
  const { engine, targets, isOne } = await chosenTasks(context, names, options, { doing: 'describe' });
  const tasks = tasksIn(targets);
  const isJunit = options.output === 'junit';
  if (isJunit) await printJunit(context, engine, targets.map(toReport));
  const isObject = options.output !== undefined || options.quiet === true;
  if (isObject && !isJunit && (tasks.length > 0 || !isOne))
    await printObjects(context, options, tasks, { ...TASKS, list: !isOne });
  const code = await eachTask(context, options, targets, async (task) => {
    if (isObject) return;
    const between = task === tasks[0] ? '' : BETWEEN;
    context.out(`${between}${safeText(describeTask(task, context.now()))}`);
    const next = nextWords(task);
    if (next) context.say(next);
  });
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  return code;
}

export const setup: Setup = (command, context, exit) => {
  const examples = [
    'describe upgrade-lodash',
    'describe @latest -o yaml',
    'describe --status failed',
    'describe @latest -o junit',
  ];
  addChoice(command)
    .addHelpText('after', helpText(context, examples))
    .action(async (names: string[], options: ChoiceFlags) => exit(await describe(context, names, options)));
};
