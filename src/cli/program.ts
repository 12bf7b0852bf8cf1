import { placeFlags } from './as-called.ts';
import { Command, CommanderError } from 'commander';
import type { Verb } from './command.ts';
import { type CliContext, EXIT, type GlobalOptions } from './context.ts';
import { explain } from './exit.ts';
import { readDryRun } from './dry-run-words.ts';
import { formatHelp, subcommandTerm } from './help.ts';
import { addGlobalOptions, inheritOptions, type Obeyed, verbAt, verbOf } from './global-options.ts';
import { parseOutput, REPORT_FORMATS } from './output/format.ts';
import { verbNamed, VERBS } from './verbs.ts';

/** The words as commander is to read them: `help VERB` is `VERB --help`, and `--version` is the verb. */
function readWords(args: readonly string[]): readonly string[] {
  const at = verbAt(args);
  if (args[at] === 'help') return [...args.toSpliced(at, 1), '--help'];
  return at < 0 && args.some((arg) => arg === '-V' || arg === '--version') ? ['version'] : args;
}

function base(name: string): Command {
  return new Command(name)
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError(true)
    .configureHelp({ formatHelp, subcommandTerm });
}

/** Columns of help where there is no terminal. */
const PLAIN_WIDTH = 80;

/** A verb's command; without a context only what the root's help shows of it. */
async function verbCommand(
  root: Command,
  verb: Verb,
  context: CliContext,
  exit: (code: number) => void,
): Promise<Command> {
  const command = verbStub(root, verb).showHelpAfterError(`See: ${context.program} ${verb.name} --help`);
  const setup = await verb.load();
  setup(command, context, exit);
  for (const each of command.commands)
    each.showHelpAfterError(`See: ${context.program} ${verb.name} ${each.name()} --help`);
  if (verb.plain) return command;
  addGlobalOptions(command, obeyedBy(verb));
  for (const each of command.commands) addGlobalOptions(each, obeyedBy(verb, each.name()));
  return command;
}

/** What a verb obeys, or one of its subcommands. */
function obeyedBy({ onTasks, obeys, subcommands }: Verb, name?: string): Obeyed {
  const own = obeys ?? { options: onTasks ? ['namespace'] : [] };
  return (name === undefined ? undefined : subcommands?.[name]) ?? own;
}

function verbStub(root: Command, verb: Verb): Command {
  const command = base(verb.name).summary(verb.summary).description(verb.summary).copyInheritedSettings(root);
  if (verb.alias) command.alias(verb.alias);
  return command;
}

/** The whole command tree as far as one call needs it: of the verbs only the one that is called is loaded. */
export async function programFor(
  called: string | undefined,
  context: CliContext,
  exit: (code: number) => void,
): Promise<Command> {
  const root = base(context.program)
    .description(
      'Hand coding chores to agents that work in the background: proven by your own checks, delivered as a pull request.',
    )
    .usage('<command> [options]')
    .enablePositionalOptions()
    .showHelpAfterError(`See what there is: ${context.program} --help`)
    .configureOutput({
      writeOut: (text) => context.out(text),
      writeErr: (text) => context.err(text),
      getOutHelpWidth: () => context.width ?? PLAIN_WIDTH,
    });
  const verb = verbNamed(called);
  for (const each of VERBS) {
    const command = each === verb ? await verbCommand(root, each, context, exit) : verbStub(root, each);
    root.addCommand(command, { hidden: each.hidden ?? false });
  }
  addGlobalOptions(root);
  root.addHelpText(
    'after',
    `\nExamples:\n  ${context.program} create fix-lint --repo . -m "Fix all linter errors" --watch\n  ${context.program} list\n\nMore about a command: ${context.program} <command> --help`,
  );
  return root.hook('preAction', (_, command) => {
    inheritOptions(command);
    const { quiet, output } = command.opts<GlobalOptions>();
    if (quiet) context.hush();
    context.place = placeFlags(command.opts<GlobalOptions>());
    // Before anything is done: a task is not made first and its output refused then.
    const reports = command.parent === root && verb?.obeys?.reports;
    if (verb?.obeys?.formats === undefined) parseOutput(output, reports ? REPORT_FORMATS : undefined);
  });
}

/** The command that a lone word names when it only holds others: the root when no verb is given. */
const groupOf = (root: Command, word: string | undefined): Command | undefined =>
  word === undefined ? root : root.commands.find((each) => each.name() === word && each.commands.length > 0);

async function answerCompletion(words: readonly string[], context: CliContext): Promise<number> {
  const { complete, protocol } = await import('./completion/complete.ts');
  context.out(protocol(await complete(words, context, programFor)));
  return EXIT.ok;
}

/** Runs one command line; its exit code. What goes wrong is said on standard error. */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.ok;
  try {
    // What stands after it is not a complete command line yet, so commander has no say in it.
    if (args[0] === '__complete') return await answerCompletion(args.slice(1), context);
    const words = readWords(args);
    const root = await programFor(verbOf(words), context, (result) => (code = result));
    const group = words.length < 2 ? groupOf(root, words[0]) : undefined;
    if (group) {
      group.outputHelp();
      return EXIT.ok;
    }
    const verb = verbOf(words);
    const command = root.commands.find((each) => verb && [each.name(), ...each.aliases()].includes(verb));
    await root.parseAsync(command ? readDryRun(words, command) : [...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return explain(error, args.includes('-v') || args.includes('--verbose'), context);
  }
}
