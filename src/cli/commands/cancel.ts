import { isFinished, phaseOf, taskName } from '../../domain/task.ts';
import { awaitTask } from '../../service/await-task.ts';
import { CANCEL_WAIT, cancelTask } from '../../service/cancel-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import { EXIT, type GlobalOptions } from '../context.ts';
import { announce } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { waitedCode } from '../waited-code.ts';

export const setup: Setup = (command, context, exit) => {
  const notes = 'Returns when its processes are gone, or fails after 30 s.';
  command
    .argument('<task>', TASK_ARGUMENT)
    .option('--no-wait', 'return before its processes are gone')
    .addHelpText('after', helpText(context, ['cancel upgrade-lodash', 'cancel @latest --no-wait'], notes))
    .action(async (name: string, options: GlobalOptions & { wait: boolean }) => {
      const engine = await context.engine(options);
      const task = await cancelTask(engine, await context.project(options), name);
      if (!options.wait)
        return announce(context, options, { object: task, showing: TASKS }, 'is being cancelled');
      context.say(`Stopping task "${taskName(task)}" …`);
      const { signal } = context;
      const seen = await awaitTask(engine, task, { until: isFinished, milliseconds: CANCEL_WAIT, signal });
      const code = waitedCode(task, seen, isFinished);
      signal.throwIfAborted();
      const ended = seen.session;
      if (code === EXIT.ok && ended) {
        const done = phaseOf(ended) === 'Stopped' ? 'cancelled' : `had already ended: ${phaseOf(ended)}`;
        return announce(context, options, { object: ended, showing: TASKS }, done);
      }
      context.warn(
        `Task "${taskName(task)}" has not stopped within ${CANCEL_WAIT / 1000} s. See why: bgtask describe ${taskName(task)}`,
      );
      return exit(EXIT.error);
    });
};
