import type { AgentSpec, CheckSpec, PullRequestSpec } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { createTask, prepareTask, submitTask } from '../../service/create-task.ts';
import { readTasks } from '../../service/read-task.ts';
import type { BuiltTask, TaskRequest } from '../../service/task-object.ts';
import { collect, type Setup } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { readInputFile } from '../input-file.ts';
import { absoluteRepository } from '../repository.ts';
import { reportCreated } from '../report-created.ts';

export interface CreateFlags extends GlobalOptions {
  repo?: string;
  branch?: string;
  instructions?: string;
  filename?: string;
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
  watch?: boolean;
  wait?: boolean;
  dryRun?: string;
}

const usage = (message: string, hint?: string): BgtaskError => new BgtaskError('Usage', message, { hint });

function number(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw usage(`${option}: ${JSON.stringify(text)} is no number.`);
  return value;
}

/** `-p name=value`, each name once. */
export function parseParameters(pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (!pairs) return undefined;
  const parameters: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0) throw usage(`-p: ${JSON.stringify(pair)} is no name=value.`, 'For example: -p version=4.17.21');
    const name = pair.slice(0, at);
    if (Object.hasOwn(parameters, name)) throw usage(`-p: ${name} is given twice.`);
    parameters[name] = pair.slice(at + 1);
  }
  return parameters;
}

/** `--check 'npm test'` or `--check 'unit=npm test'`; a name is made of at most 64 letters, digits, spaces and `-_.`. */
export function parseChecks(texts: readonly string[] | undefined): CheckSpec[] | undefined {
  return texts?.map((text, at) => {
    const named = /^([A-Za-z][\w .-]{0,63})=(.+)$/s.exec(text);
    return named ? { name: named[1]!, run: named[2]! } : { name: texts.length === 1 ? 'check' : `check ${at + 1}`, run: text };
  });
}

function agentOf(flags: CreateFlags): AgentSpec | undefined {
  const type = flags.agent ?? (flags.run === undefined ? undefined : 'command');
  const rest = { model: flags.model, maxTurns: number(flags.maxTurns, '--max-turns'), maxBudgetUSD: number(flags.maxBudget, '--max-budget'), run: flags.run };
  if (flags.run !== undefined && type !== 'command') throw usage(`--run is for --agent command, not for ${type}.`);
  if (type === 'command' && !flags.run) throw usage('--agent command needs --run: the shell command that makes the change.');
  if (type === undefined && Object.values(rest).every((value) => value === undefined)) return undefined;
  return present({ type: type ?? 'claude', ...rest });
}

const present = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

function pullRequestOf(flags: CreateFlags): PullRequestSpec | undefined {
  const fields = present({ title: flags.title, draft: flags.draft, labels: flags.label, reviewers: flags.reviewer, assignees: flags.assignee });
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/** The request that the flags describe. Throws Usage. */
export function requestOf(name: string, project: string, flags: CreateFlags, cwd: string): TaskRequest {
  if (!flags.repo) throw usage('--repo is missing: the repository that the change is for.', 'Give a URL; with the local engine a path works too: --repo .');
  return present({
    name,
    project,
    instructions: flags.instructions,
    templateId: flags.template,
    parameters: parseParameters(flags.param),
    repository: present({ url: absoluteRepository(flags.repo, cwd), branch: flags.branch }),
    agent: agentOf(flags),
    checks: parseChecks(flags.check),
    pullRequest: pullRequestOf(flags),
    timeout: flags.timeout === undefined ? undefined : Math.round(parseDuration(flags.timeout, '--timeout') / 1000),
    repairs: number(flags.repairs, '--repairs'),
    queue: flags.queue,
    allowedPaths: flags.allowPath,
    image: flags.image,
  });
}

async function fromFile(context: CliContext, project: string, name: string | undefined, flags: CreateFlags): Promise<number> {
  const engine = await context.engine(flags);
  const file = flags.filename ?? '';
  const given = Object.entries(flags).filter(([flag, value]) => value !== undefined && ['repo', 'instructions', 'template', 'agent', 'run', 'param', 'check'].includes(flag));
  if (given.length > 0) throw usage(`-f takes the whole task from a file; --${given[0]?.[0]} cannot be given with it.`);
  const sessions = await readTasks(engine, await readInputFile(context, file), { file, project, name });
  let code = 0;
  for (const session of sessions) {
    const made = flags.dryRun ? { session, warnings: [] } : await submitTask(engine, session, { signal: context.signal });
    code = Math.max(code, await reportCreated(context, engine, made, dryRunOptions(flags)));
  }
  return code;
}

const dryRunOptions = (flags: CreateFlags): CreateFlags =>
  flags.dryRun ? { ...flags, output: flags.output ?? 'yaml', watch: false, wait: false } : flags;

async function create(context: CliContext, name: string | undefined, flags: CreateFlags): Promise<number> {
  if (flags.dryRun !== undefined && flags.dryRun !== 'client' && flags.dryRun !== 'server') throw usage('--dry-run is client or server.');
  const project = await context.project(flags);
  if (flags.filename !== undefined) return fromFile(context, project, name, flags);
  if (name === undefined) throw usage('A task needs a name.', `For example: ${context.program} create upgrade-lodash --repo . -m "Upgrade lodash"`);
  const instructions = flags.instructions === '-' ? await context.stdinText() : flags.instructions;
  const request = requestOf(name, project, { ...flags, instructions }, process.cwd());
  const engine = await context.engine(flags);
  let made: BuiltTask;
  if (flags.dryRun) {
    made = await prepareTask(engine, request);
    if (flags.dryRun === 'server') made = { ...made, session: await engine.store.create('AgenticSession', made.session, { dryRun: true }) };
  } else made = await createTask(engine, request, { signal: context.signal });
  return reportCreated(context, engine, made, dryRunOptions(flags));
}

export const setup: Setup = (command, context, exit) => {
  command
    .argument('[name]', 'the task: lower-case letters, digits and "-", at most 50')
    .option('--repo <url>', 'the repository: https, ssh or git@ URL; a path with the local engine')
    .option('--branch <branch>', "the base branch; the repository's default branch when absent")
    .option('-m, --instructions <text>', 'what the agent is to do; - reads standard input')
    .option('-f, --filename <file>', 'take the task from a YAML or JSON file; - reads standard input')
    .option('--template <name>', 'make the instructions from a template')
    .option('-p, --param <name=value>', "a template's parameter (repeatable)", collect)
    .option('--agent <agent>', 'claude, codex, gemini, opencode or command (default: claude)')
    .option('--run <command>', 'the shell command of --agent command')
    .option('--model <model>', "the agent's model")
    .option('--max-turns <n>', "turns of one run of the agent's model")
    .option('--max-budget <usd>', 'US dollars that the task may cost')
    .option('--image <image>', 'what the work stage runs in (on Kubernetes)')
    .option('--timeout <duration>', 'how long the task may take, 60s to 1h (default: 1h)')
    .option('--check <command>', 'run this instead of the detected checks; name=command names it (repeatable)', collect)
    .option('--repairs <n>', 'how often failing checks go back to the agent, 0 to 5 (default: 2)')
    .option('--allow-path <glob>', 'allow the change to touch this protected path (repeatable)', collect)
    .option('--title <text>', "the pull request's summary")
    .option('--draft', 'open the pull request as a draft')
    .option('--label <label>', 'label the pull request (repeatable)', collect)
    .option('--reviewer <user>', 'ask for a review (repeatable)', collect)
    .option('--assignee <user>', 'assign the pull request (repeatable)', collect)
    .option('--queue', 'wait in line when a limit is reached, instead of being refused')
    .option('--watch', 'follow the task until it ends; its exit code is ours')
    .option('--wait', 'wait for the task to end, without a word')
    .option('--dry-run <where>', 'client or server: check and show the object, store nothing')
    .addHelpText('after', `\nExamples:\n  ${context.program} create upgrade-lodash --repo https://github.com/example-org/app -m "Upgrade lodash to 4.17.21" --watch\n  ${context.program} create up-axios --repo . --template upgrade-dependency -p packageName=axios -p version=1.6.0\n  ${context.program} create codemod-1 --repo . --agent command --run 'npx jscodeshift -t mod.js src'\n  ${context.program} create -f task.yaml\n\nThe exit code with --watch or --wait: 0 Completed, 3 Failed, 6 Stopped, 7 Timeout; 8 when a limit is reached.`)
    .action(async (name: string | undefined, flags: CreateFlags) => exit(await create(context, name, flags)));
};
