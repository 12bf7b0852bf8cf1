import { isFinished } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { taskLog } from '../../service/task-log.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { safeText } from '../output/safe.ts';

export const setup: Setup = (command, context) => {
  command
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .option('-f, --follow', 'go on until the task has ended')
    .addHelpText('after', `\nExamples:\n  ${context.program} logs upgrade-lodash -f\n  ${context.program} logs @latest`)
    .action(async (name: string, options: GlobalOptions & { follow?: boolean }) => {
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      await engine.ensureController(!isFinished(task));
      const follow = options.follow ?? false;
      let rest = '';
      for await (const piece of taskLog(engine, task, { follow, signal: context.signal })) {
        const text = rest + piece;
        // Escape sequences can be cut in two between pieces: only whole lines are cleaned and shown.
        const end = text.lastIndexOf('\n') + 1;
        context.out(safeText(text.slice(0, end)));
        rest = text.slice(end);
      }
      if (rest) context.out(`${safeText(rest)}\n`);
      context.signal.throwIfAborted();
    });
};
