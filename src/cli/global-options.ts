import { type Command, Option } from 'commander';

/** The options that every command on objects takes, as kubectl names them. Before the verb they mean the same. */
const globalOptions = (): Option[] => [
  new Option('-n, --namespace <project>', 'the project (namespace)'),
  new Option('-A, --all-namespaces', 'all projects'),
  new Option('-o, --output <format>', 'table, wide, json, yaml, name, jsonpath=..., custom-columns=...'),
  new Option('--no-headers', 'leave the header line out'),
  new Option('--sort-by <jsonpath>', 'sort by a field'),
  new Option('-l, --selector <labels>', 'only objects with these labels'),
  new Option('--engine <engine>', 'where tasks live and run').choices(['kubernetes', 'local']),
  new Option('--context <name>', "the kubeconfig's context"),
  new Option('--kubeconfig <file>', 'the kubeconfig file'),
  new Option('--as <user>', 'act as another user'),
  new Option('--request-timeout <duration>', 'how long one request may take'),
  new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'),
  new Option('-q, --quiet', 'print only resource names'),
  new Option('-v, --verbose', 'print more, and the stack of an error'),
];

/** Adds them under a heading of their own; the command's own options are added before. */
export function addGlobalOptions(command: Command): void {
  command.optionsGroup('Global options:');
  for (const option of globalOptions()) command.addOption(option);
}

/** Options that take a value: what follows them before the verb is not the verb. */
const WITH_VALUE = new Set(
  globalOptions()
    .filter(({ required }) => required)
    .flatMap(({ short, long }) => [short, long]),
);

/** The verb of a command line, and where it stands: its first word that is neither an option nor the value of one. */
export function verbAt(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (WITH_VALUE.has(word)) at++;
    else if (!word.startsWith('-')) return at;
  }
  return -1;
}

/** The verb of a command line. */
export const verbOf = (args: readonly string[]): string | undefined => args[verbAt(args)];

/** Gives a command the options that stood before it on the command line; its own win. */
export function inheritOptions(command: Command): void {
  for (let parent = command.parent; parent; parent = parent.parent) {
    for (const name of Object.keys(parent.opts())) {
      if (parent.getOptionValueSource(name) !== 'cli' || command.getOptionValueSource(name) === 'cli')
        continue;
      command.setOptionValueWithSource(name, parent.getOptionValue(name), 'cli');
    }
  }
}
