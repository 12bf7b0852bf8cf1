import { phaseOf, taskName } from '../../domain/task.ts';
import { awaitEnd, CANCEL_WAIT, cancelTask } from '../../service/cancel-task.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';

export const setup: Setup = (command, context) => {
  command
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .option('--no-wait', 'return before its processes are gone')
    .addHelpText('after', `\nExamples:\n  ${context.program} cancel upgrade-lodash\n  ${context.program} cancel @latest --no-wait`)
    .action(async (name: string, options: GlobalOptions & { wait: boolean }) => {
      const engine = await context.engine(options);
      const task = await cancelTask(engine, await context.project(options), name);
      if (!options.wait) return context.out(`task/${taskName(task)} is being cancelled\n`);
      context.say(`Stopping task "${taskName(task)}" …`);
      const ended = await awaitEnd(engine, task, CANCEL_WAIT, context.signal);
      context.signal.throwIfAborted();
      if (ended) context.out(`task/${taskName(task)} ${phaseOf(ended) === 'Stopped' ? 'cancelled' : `had already ended: ${phaseOf(ended)}`}\n`);
      else context.warn(`Task "${taskName(task)}" has not stopped within ${CANCEL_WAIT / 1000} s. See why: ${context.program} describe ${taskName(task)}`);
    });
};
