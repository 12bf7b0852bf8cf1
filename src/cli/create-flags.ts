import { type Command, Option } from 'commander';
import { DEFAULT_AGENT } from '../domain/task.ts';
import { agents } from '../runner/agents/table.ts';
import { collect } from './command.ts';
import { DRY_RUN } from './dry-run.ts';
import type { Following } from './report-created.ts';

/** The options of create that say what the task is. */
export interface TaskFlags {
  repo?: string;
  branch?: string;
  instructions?: string;
  template?: string;
  param?: string[];
  agent?: string;
  run?: string;
  model?: string;
  maxTurns?: string;
  maxBudget?: string;
  image?: string;
  timeout?: string;
  check?: string[];
  repairs?: string;
  allowPath?: string[];
  title?: string;
  draft?: boolean;
  label?: string[];
  reviewer?: string[];
  assignee?: string[];
  queue?: boolean;
}

export interface CreateFlags extends Following, TaskFlags {
  filename?: string;
  dryRun?: string | true;
}

/** Puts the options that say what the task is on a command. */
export function addTaskFlags(command: Command): void {
  command
    .option(
      '--repo <url>',
      'https, ssh or git@ URL; the path of a clone means its origin, path:DIR the folder itself (local engine); the checkout here when absent',
    )
    .option('--branch <branch>', "the base branch; the repository's default branch when absent")
    .option('-m, --instructions <text>', 'what the agent is to do; - reads standard input')
    .option('--template <name>', 'make the instructions from a template')
    .option('-p, --param <name=value>', "a template's parameter (repeatable)", collect)
    .addOption(
      new Option('--agent <agent>', `who makes the change (default: ${DEFAULT_AGENT})`).choices(
        Object.keys(agents),
      ),
    )
    .option('--run <command>', 'the shell command of --agent command')
    .option('--model <model>', "the agent's model")
    .option('--max-turns <n>', "turns of one run of the agent's model")
    .option('--max-budget <usd>', 'US dollars that the task may cost')
    .option('--image <image>', 'what the work stage runs in (on Kubernetes)')
    .option('--timeout <duration>', 'how long the task may take, 60s to 1h (default: 1h)')
    .option(
      '--check <command>',
      'run this, not the detected checks; name=command names it (repeatable)',
      collect,
    )
    .option('--repairs <n>', 'how often failing checks go back to the agent, 0 to 5 (default: 2)')
    .option('--allow-path <glob>', 'allow the change to touch this protected path (repeatable)', collect)
    .option('--title <text>', "the pull request's summary")
    .option('--draft', 'open the pull request as a draft')
    .option('--label <label>', 'label the pull request (repeatable)', collect)
    .option('--reviewer <user>', 'ask for a review (repeatable)', collect)
    .option('--assignee <user>', 'assign the pull request (repeatable)', collect)
    .option('--queue', 'wait in line when a limit is reached, instead of being refused');
}

/** Those that a whole task in a file leaves no room for, as they are typed. */
const TASK_FLAGS: Record<keyof TaskFlags, string> = {
  repo: '--repo',
  branch: '--branch',
  instructions: '-m',
  template: '--template',
  param: '-p',
  agent: '--agent',
  run: '--run',
  model: '--model',
  maxTurns: '--max-turns',
  maxBudget: '--max-budget',
  image: '--image',
  timeout: '--timeout',
  check: '--check',
  repairs: '--repairs',
  allowPath: '--allow-path',
  title: '--title',
  draft: '--draft',
  label: '--label',
  reviewer: '--reviewer',
  assignee: '--assignee',
  queue: '--queue',
};

/** The first option given that says what the task is, as it is typed. */
export const firstTaskFlag = (flags: TaskFlags): string | undefined =>
  Object.entries(TASK_FLAGS).find(([name]) => flags[name as keyof TaskFlags] !== undefined)?.[1];

/** Puts the options that say what to do with the task on a command. */
export function addFollowing(command: Command, dryRun: readonly [string, string] = DRY_RUN): void {
  command
    .option('--watch', 'follow the task until it finishes and exit with its code')
    .option('--wait', 'wait for the task to finish and exit with its code')
    .option(...dryRun);
}
