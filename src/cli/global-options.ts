import { type Command, Option } from 'commander';
import { BgtaskError } from '../domain/errors.ts';
import type { GlobalOptions } from './context.ts';

/** A global option, by the name that its value has. */
export type GlobalName = Exclude<keyof GlobalOptions, 'verbose' | 'quiet'>;

/** Which global options a command obeys, beside those that say where tasks live, which all have that reach an engine. */
export interface Obeyed {
  options: readonly GlobalName[];
  /** What -o takes, where that is not what objects are printed in. */
  formats?: string;
  /** True for a command that reports on tasks which ended: -o takes junit too. */
  reports?: true;
}

const FORMATS = 'table, wide, json, yaml, name, jsonpath=..., custom-columns=...';

/** The options as kubectl names them. Before the verb they mean the same. */
const OPTIONS: Readonly<Record<GlobalName, (formats: string) => Option>> = {
  namespace: () => new Option('-n, --namespace <project>', 'the project (namespace)'),
  allNamespaces: () => new Option('-A, --all-namespaces', 'all projects'),
  output: (formats) => new Option('-o, --output <format>', formats),
  headers: () => new Option('--no-headers', 'leave the header line out'),
  sortBy: () => new Option('--sort-by <jsonpath>', 'sort by a field'),
  selector: () => new Option('-l, --selector <labels>', 'only objects with these labels'),
  engine: () => new Option('--engine <engine>', 'where tasks live and run').choices(['kubernetes', 'local']),
  context: () => new Option('--context <name>', "the kubeconfig's context"),
  kubeconfig: () => new Option('--kubeconfig <file>', 'the kubeconfig file'),
  as: () => new Option('--as <user>', 'act as another user'),
  requestTimeout: () => new Option('--request-timeout <duration>', 'how long one request may take'),
  color: () => new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'),
};
const NAMES = Object.keys(OPTIONS) as GlobalName[];

/** What says where tasks live. */
const PLACE: readonly GlobalName[] = ['engine', 'context', 'kubeconfig', 'as', 'requestTimeout'];

const everywhere = (): Option[] => [
  new Option('-q, --quiet', 'print names and data alone'),
  new Option('-v, --verbose', 'print the stack of an error too'),
];

const REPORT_FORMATS = FORMATS.replace('name, ', 'name, junit, ');

const optionsOf = ({ options, reports, formats = reports ? REPORT_FORMATS : FORMATS }: Obeyed): Option[] => [
  ...NAMES.filter((name) => PLACE.includes(name) || options.includes(name)).map((name) =>
    OPTIONS[name](formats),
  ),
  ...everywhere(),
];

const ALL: Obeyed = { options: NAMES };

/** Adds those that a command obeys under a heading of their own, all by default; the command's own options are added before. */
export function addGlobalOptions(command: Command, obeyed = ALL): void {
  command.optionsGroup('Global options:');
  for (const option of optionsOf(obeyed)) command.addOption(option);
}

/** Options that take a value: what follows them before the verb is not the verb. */
const WITH_VALUE = new Set(
  optionsOf(ALL)
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

const isEverywhere = (name: string): boolean => name === 'quiet' || name === 'verbose';

/** Gives a command the options that stood before it on the command line; its own win. Throws Usage for one that the command does not obey. */
export function inheritOptions(command: Command): void {
  const own = new Set(command.options.map((option) => option.attributeName()));
  for (let parent = command.parent; parent; parent = parent.parent) {
    for (const option of parent.options) {
      const name = option.attributeName();
      if (parent.getOptionValueSource(name) !== 'cli') continue;
      if (!own.has(name) && !isEverywhere(name)) throw notObeyed(command, option);
      if (command.getOptionValueSource(name) !== 'cli')
        command.setOptionValueWithSource(name, parent.getOptionValue(name), 'cli');
    }
  }
}

function notObeyed(command: Command, { long }: Option): BgtaskError {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  const verb = names.join(' ');
  return new BgtaskError('Usage', `${verb} does not take ${long}.`, {
    hint: `See its options: bgtask ${verb} --help`,
  });
}
