import { Command, CommanderError, Option } from 'commander';
import type { Verb } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './context.ts';
import { VERBS } from './verbs.ts';

/** Options before the verb that take a value: the verb is not what follows them. */
const WITH_VALUE = new Set(['-n', '--namespace', '--context', '--kubeconfig', '--as', '--request-timeout', '-o', '--output', '--sort-by', '-l', '--selector', '--engine', '--color']);

/** The verb of a command line: its first word that is no option and no option's value. */
export function verbOf(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (WITH_VALUE.has(word)) at++;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

/** The options that every command on objects takes, as kubectl names them. */
function addGlobalOptions(command: Command): void {
  command
    .option('-n, --namespace <project>', 'the project (namespace)')
    .option('-A, --all-namespaces', 'all projects')
    .option('-o, --output <format>', 'table, wide, json, yaml, name, jsonpath=..., custom-columns=...')
    .option('--no-headers', 'leave the header line out')
    .option('--sort-by <jsonpath>', 'sort by a field')
    .option('-l, --selector <labels>', 'only objects with these labels')
    .addOption(new Option('--engine <engine>', 'where tasks live and run').choices(['kubernetes', 'local']))
    .option('--context <name>', "the kubeconfig's context")
    .option('--kubeconfig <file>', 'the kubeconfig file')
    .option('--as <user>', 'act as another user')
    .option('--request-timeout <duration>', 'how long one request may take')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('-q, --quiet', 'only data')
    .option('-v, --verbose', 'more words, and the stack of an error');
}

function base(name: string): Command {
  const command = new Command(name);
  command.exitOverride().configureHelp({ sortOptions: false, showGlobalOptions: true }).helpCommand(false).showSuggestionAfterError(true);
  return command;
}

/** The root: help lists every verb, and only the verb that is called is loaded. */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.ok;
  const root = base(context.program)
    .description('Hand coding chores to agents that work in the background: proven by your own checks, delivered as a pull request.')
    .usage('<command> [options]')
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => context.out(text), writeErr: (text) => process.stderr.write(text) });
  addGlobalOptions(root);
  const called = verbOf(args);
  for (const verb of VERBS) {
    const command = await verbCommand(root, verb, verb.name === called || verb.alias === called ? context : undefined, (result) => (code = result));
    root.addCommand(command, { hidden: verb.hidden ?? false });
  }
  root.addHelpText('after', `\nExamples:\n  ${context.program} create fix-lint --repo . -m "Fix all linter errors" --watch\n  ${context.program} list\n  ${context.program} <command> --help`);
  try {
    if (called === undefined && !args.some((arg) => ['-h', '--help', '-V', '--version'].includes(arg))) {
      root.outputHelp();
      return args.length === 0 ? EXIT.ok : EXIT.usage;
    }
    await root.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

async function verbCommand(root: Command, verb: Verb, context: CliContext | undefined, exit: (code: number) => void): Promise<Command> {
  const command = base(verb.name).summary(verb.summary).description(verb.summary).copyInheritedSettings(root);
  if (verb.alias) command.alias(verb.alias);
  if (!context) return command;
  const setup = await verb.load();
  setup(command, context, exit);
  if (!verb.plain) for (const each of command.commands.length > 0 ? command.commands : [command]) addGlobalOptions(each);
  return command;
}
