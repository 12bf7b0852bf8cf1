import { PHASES, type AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../../domain/task.ts';
import { awaitTask } from '../../service/await-task.ts';
import { findTask } from '../../service/find-task.ts';
import type { Setup } from '../command.ts';
import { EXIT, type GlobalOptions } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { endCode } from '../watch-task.ts';

interface Target {
  reached: (task: AgenticSession) => boolean;
  /** True when a task that ended can no longer reach it. */
  missed: (task: AgenticSession) => boolean;
}

/** What --for means: `completed` and `ended`, or a phase by its name. */
function targetOf(text: string): Target {
  const word = text.toLowerCase().replace(/^phase=/, '');
  if (word === 'ended') return { reached: isFinished, missed: () => false };
  const phase = PHASES.find((each) => each.toLowerCase() === word);
  if (!phase) throw new BgtaskError('Usage', `--for=${text} names nothing to wait for.`, { hint: `Use completed, ended, or a phase: ${PHASES.join(', ')}.` });
  return { reached: (task) => phaseOf(task) === phase, missed: (task) => isFinished(task) && phaseOf(task) !== phase };
}

export const setup: Setup = (command, context, exit) => {
  command
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .option('--for <what>', 'completed, ended, or a phase', 'completed')
    .option('--timeout <duration>', 'give up after this time, e.g. 90s or 30m')
    .addHelpText('after', `\nExit codes: 0 reached, 3 the task Failed, 6 Stopped, 7 Timeout, 124 gave up.\n\nExamples:\n  ${context.program} wait upgrade-lodash --for=completed --timeout=30m`)
    .action(async (name: string, options: GlobalOptions & { for: string; timeout?: string }) => {
      const target = targetOf(options.for);
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      await engine.ensureController(!isFinished(task));
      const milliseconds = options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
      const until = (each: AgenticSession): boolean => target.reached(each) || target.missed(each);
      const { session, reached, deleted } = await awaitTask(engine, task, { until, milliseconds, signal: context.signal });
      context.signal.throwIfAborted();
      if (deleted || !session) throw new BgtaskError('NotFound', `Task "${taskName(task)}" was deleted.`);
      if (!reached) throw new BgtaskError('WaitTimeout', `Task "${taskName(task)}" is ${phaseOf(session)} after ${options.timeout}.`, { hint: `It goes on: ${context.program} watch ${taskName(task)}` });
      if (target.reached(session)) return exit(EXIT.ok);
      context.warn(`task "${taskName(task)}" is ${phaseOf(session)}: ${session.status?.error ?? ''}`);
      return exit(endCode(session) || EXIT.failed);
    });
};
