import { BgtaskError } from '../../domain/errors.ts';
import type { BuiltTask } from '../../service/task-object.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext } from '../context.ts';
import { addFollowing, addTaskFlags, type CreateFlags, firstTaskFlag } from '../create-flags.ts';
import type { Engine } from '../../engine/engine.ts';
import { freeName, isSentence } from '../named-by-words.ts';
import { dryRunOf, showDryRun } from '../dry-run.ts';
import { readInputFile } from '../input-file.ts';
import { placeFlags } from '../as-called.ts';
import { absoluteRepository, repositoryAbove } from '../repository.ts';
import { checkFollowing, checkOneReport, reportCreated } from '../report-created.ts';
import { TASKS } from '../task-columns.ts';

async function fromFile(
  context: CliContext,
  name: string | undefined,
  flags: CreateFlags,
): Promise<BuiltTask[]> {
  const { filename: file = '', namespace } = flags;
  const clash = firstTaskFlag(flags);
  if (clash)
    throw new BgtaskError('Usage', `-f takes the whole task from a file; ${clash} cannot be given with it.`);
  const { readTasks } = await import('../../service/read-task.ts');
  const project = await context.project(flags);
  const source = { file: file === '-' ? 'standard input' : file, project, fixed: namespace !== undefined };
  const text = await readInputFile(context, file);
  const sessions = await readTasks(await context.engine(flags), text, { ...source, name });
  return sessions.map((session) => ({ session, warnings: [] }));
}

/** Chooses the local engine if `--repo` is a folder and the user did not name an engine: a cluster cannot read the folder. */
function useLocalForFolder(context: CliContext, flags: CreateFlags): void {
  const { kind, isAsked } = context.choice(flags);
  if (isAsked || kind === 'local' || !absoluteRepository(flags.repo ?? '', process.cwd()).startsWith('/'))
    return;
  flags.engine = 'local';
  context.place = placeFlags(flags);
  context.say(
    `Working on this machine, because ${flags.repo} is a folder. For the cluster give a URL; to stay here always: bgtask config set engine local`,
  );
}

/** The task's name: a sentence in its place is the instructions, and gives one. */
async function nameFor(engine: Engine, project: string, text: string, flags: CreateFlags): Promise<string> {
  if (!isSentence(text) || flags.instructions !== undefined || flags.template !== undefined) return text;
  flags.instructions = text;
  return freeName(engine, project, text);
}

async function fromFlags(
  context: CliContext,
  name: string | undefined,
  flags: CreateFlags,
): Promise<BuiltTask[]> {
  if (name === undefined)
    throw new BgtaskError('Usage', 'A task needs instructions, or a name.', {
      hint: `For example: bgtask create "Upgrade lodash to 4.17.21", in a checkout`,
    });
  if (flags.repo === undefined && repositoryAbove(process.cwd()) !== undefined) flags.repo = '.';
  useLocalForFolder(context, flags);
  const { requestOf } = await import('../create-request.ts');
  const project = await context.project(flags);
  const engine = await context.engine(flags);
  const named = await nameFor(engine, project, name, flags);
  const request = requestOf(named, project, flags, process.cwd());
  const { meantRepository } = await import('../meant-repository.ts');
  const where = { cwd: process.cwd(), local: engine.kind === 'local', branch: flags.branch };
  const meant = await meantRepository(flags.repo ?? '', where);
  request.repository.url = meant.url;
  if (meant.note) context.say(meant.note);
  if (flags.instructions === '-') request.instructions = await context.stdinText();
  const { prepareTask } = await import('../../service/create-task.ts');
  const { session, warnings } = await prepareTask(engine, request);
  return [{ session, warnings: [...meant.warnings, ...warnings] }];
}

async function create(context: CliContext, name: string | undefined, flags: CreateFlags): Promise<number> {
  const dryRun = dryRunOf(flags.dryRun);
  if (!dryRun) checkFollowing(flags);
  const tasks = await (flags.filename === undefined ? fromFlags : fromFile)(context, name, flags);
  if (!dryRun) checkOneReport(flags, tasks.length);
  const { checkTask, submitTask } = await import('../../service/create-task.ts');
  const engine = await context.engine(flags);
  let code = 0;
  for (const { session, warnings } of tasks) {
    for (const warning of warnings) context.warn(warning);
    if (dryRun) await showDryRun(context, flags, await checkTask(engine, session, dryRun), TASKS);
    else {
      const made = await submitTask(engine, session, { signal: context.signal });
      code ||= await reportCreated(context, engine, made, flags);
    }
  }
  return code;
}

export const setup: Setup = (command, context, exit) => {
  command
    .argument(
      '[name]',
      'the task: lower-case letters, digits and "-", at most 50; or its instructions, which give it a name',
    )
    .option('-f, --filename <file>', 'take the task from a YAML or JSON file; - reads standard input');
  addTaskFlags(command);
  addFollowing(command);
  const examples = [
    'create "Upgrade lodash to 4.17.21" --wait',
    'create upgrade-lodash --repo https://github.com/example-org/app -m "Upgrade lodash to 4.17.21" --watch',
    'create up-axios --repo . --template upgrade-dependency -p packageName=axios -p version=1.6.0',
    "create codemod-1 --repo . -m 'Run the codemod' --run 'npx jscodeshift -t mod.js src'",
    'create -f task.yaml',
    'create -f task.yaml --wait -o junit > report.xml',
  ];
  const codes =
    'The exit code with --watch or --wait: 0 Completed, 3 Failed, 6 Stopped, 7 Timeout; 8 when a limit is reached.\nIn GitHub Actions, GitLab CI and Jenkins, --watch and --wait fold the log and annotate failures.\n-o junit, with --wait, prints a JUnit report of the checks.';
  command
    .addHelpText('after', helpText(context, examples, codes))
    .action(async (name: string | undefined, flags: CreateFlags) => exit(await create(context, name, flags)));
};
