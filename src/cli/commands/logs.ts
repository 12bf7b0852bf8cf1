import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { taskLog } from '../../service/task-log.ts';
import { wholeLines } from '../../service/whole-lines.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import { type CliContext, EXIT, type GlobalOptions } from '../context.ts';
import { safeText } from '../output/safe.ts';
import { endWords } from '../watch-task.ts';

interface LogsOptions extends GlobalOptions {
  follow?: boolean;
  tail?: string;
}

function tailOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '-1') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new BgtaskError('Usage', `invalid --tail ${JSON.stringify(text)}: must be a number of lines.`);
}

/** Prints a log; true when there was anything. */
async function printLines(context: CliContext, pieces: AsyncIterable<string>): Promise<boolean> {
  let any = false;
  for await (const lines of wholeLines(pieces)) {
    context.out(safeText(lines.endsWith('\n') ? lines : `${lines}\n`));
    any = true;
  }
  return any;
}

export const setup: Setup = (command, context, exit) => {
  command
    .argument('<task>', TASK_ARGUMENT)
    .option('-f, --follow', 'wait for the task to start, and go on until it has ended')
    .option('--tail <lines>', 'of what there is already, only the last lines')
    .addHelpText('after', helpText(context, ['logs upgrade-lodash -f', 'logs @latest --tail 50']))
    .action(async (name: string, options: LogsOptions) => {
      const tail = tailOf(options.tail);
      const engine = await context.engine(options);
      const project = await context.project(options);
      const task = await findTask(engine, project, name);
      await engine.ensureController(!isFinished(task));
      const { follow = false } = options;
      const any = await printLines(context, taskLog(engine, task, { follow, tail, signal: context.signal }));
      // The log itself was all there is to say.
      if (context.signal.aborted) return exit(EXIT.interrupted);
      // A log that was followed ends early when its task is deleted.
      const now = follow ? await findTask(engine, project, name) : task;
      if (any || tail === 0) return;
      const is = isFinished(now)
        ? endWords(now)
        : `${phaseOf(now)}. Wait for it: bgtask logs -f ${taskName(now)}`;
      context.say(`Task "${taskName(now)}" has no log; it is ${is}`);
    });
};
