import { BgtaskError } from '../../domain/errors.ts';
import { isFinished } from '../../domain/task.ts';
import { chosenTasks, tasksIn } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext } from '../context.ts';
import { atOnce, eachTask } from '../each-task.ts';
import { logPrefix } from '../log-lines.ts';
import { showLog } from '../show-log.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

interface LogsOptions extends ChoiceFlags {
  follow?: boolean;
  tail?: string;
  prefix?: boolean;
  check?: string;
  failed?: boolean;
  grep?: string;
}

function tailOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '-1') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new BgtaskError('Usage', `invalid --tail ${JSON.stringify(text)}: must be a number of lines.`);
}

/** Throws Usage for options that exclude each other. */
function checkParts({ check, failed, follow }: LogsOptions): void {
  if (check !== undefined && failed)
    throw new BgtaskError('Usage', 'Give --check or --failed, and not both.');
  if (follow && (check !== undefined || failed))
    throw new BgtaskError(
      'Usage',
      `${failed ? '--failed' : '--check'} shows a part of the log so far, and -f follows the whole log: give one of them.`,
    );
}

async function logs(context: CliContext, names: readonly string[], options: LogsOptions): Promise<number> {
  const tail = tailOf(options.tail);
  checkParts(options);
  const { engine, targets, isOne } = await chosenTasks(context, names, options, { doing: 'show logs of' });
  const tasks = tasksIn(targets);
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  const { follow = false, allNamespaces = false, check, failed = false, grep } = options;
  const isPrefixed = options.prefix ?? (!isOne && targets.length > 1);
  return (follow ? atOnce : eachTask)(context, options, targets, (task) => {
    const prefix = isPrefixed ? logPrefix(task, allNamespaces) : '';
    return showLog(context, engine, task, { follow, tail, prefix, grep, check, failed });
  });
}

export const setup: Setup = (command, context, exit) => {
  const notes = `Of several tasks each line begins with [NAME].
--check and --failed show the lines between those that bgtask prints when a check or a step begins and
ends, of its last run. Programs of the repository can print such lines too.`;
  const examples = [
    'logs upgrade-lodash -f',
    'logs @latest --tail 50',
    'logs upgrade-lodash --failed',
    'logs upgrade-lodash --check test --grep Error',
    'logs --status running -f',
  ];
  addChoice(command)
    .option('-f, --follow', 'wait for the task to start, and go on until it has ended')
    .option('--tail <lines>', 'of what there is already, only the last lines')
    .option('--check <name>', 'only the part of this check')
    .option('--failed', 'only the parts of checks and steps that failed')
    .option('--grep <text>', 'only lines that contain this text')
    .option('--prefix', 'begin each line with the name of its task')
    .option('--no-prefix', 'leave the names out')
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: LogsOptions) => exit(await logs(context, names, options)));
};
