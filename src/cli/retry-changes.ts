import { type Command, Option } from 'commander';
import { agents } from '../runner/agents/table.ts';
import type { RetryChanges } from '../service/retry-changes.ts';
import { collect } from './command.ts';
import type { TaskFlags } from './create-flags.ts';
import { number, parseChecks, present, timeoutOf } from './create-request.ts';

/** The options of retry that say what it does otherwise. */
export type RetryFlags = Pick<
  TaskFlags,
  | 'instructions'
  | 'agent'
  | 'run'
  | 'model'
  | 'maxTurns'
  | 'maxBudget'
  | 'timeout'
  | 'check'
  | 'repairs'
  | 'image'
  | 'allowPath'
  | 'branch'
  | 'queue'
>;

/** Puts the options on a command that say what a retry does otherwise. */
export function addRetryFlags(command: Command): void {
  command
    .option('-m, --instructions <text>', 'add this to the instructions; - reads standard input')
    .option('--model <model>', "the agent's model")
    .option('--max-turns <n>', "turns of one run of the agent's model")
    .option('--max-budget <usd>', 'US dollars that the new task may cost')
    .option('--timeout <duration>', 'how long the new task may take, 60s to 1h')
    .option(
      '--check <command>',
      "run this, not the task's checks; name=command names it (repeatable)",
      collect,
    )
    .option('--repairs <n>', 'how often failing checks go back to the agent, 0 to 5')
    .option('--allow-path <glob>', 'allow the change to touch this protected path too (repeatable)', collect)
    .option('--branch <branch>', 'the base branch')
    .option('--image <image>', 'what the work stage runs in (on Kubernetes)')
    .addOption(new Option('--agent <agent>', 'another agent').choices(Object.keys(agents)))
    .option('--run <command>', 'the shell command of the agent command')
    .option('--from-scratch', "begin with the base, not with the task's kept change")
    .option('--queue', 'wait in line when a limit is reached');
}

/** What the flags change. Throws Usage. */
export function changesOf(flags: RetryFlags): RetryChanges {
  const agent = present({
    type: flags.agent,
    model: flags.model,
    maxTurns: number(flags.maxTurns, '--max-turns'),
    maxBudgetUSD: number(flags.maxBudget, '--max-budget'),
    run: flags.run,
  });
  return present({
    instructions: flags.instructions,
    agent: Object.keys(agent).length > 0 ? agent : undefined,
    timeout: timeoutOf(flags.timeout),
    checks: parseChecks(flags.check),
    repairs: number(flags.repairs, '--repairs'),
    image: flags.image,
    allowedPaths: flags.allowPath,
    branch: flags.branch,
    queue: flags.queue,
  });
}
