import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../cli/context.ts';
import { programFor } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';
import { packageVersion } from '../../engine/kubernetes/install/package-files.ts';
import { packageRoot } from '../../package-root.ts';
import { helpContext } from '../help-context.ts';
import { type Block, manPage, type ManPage } from './roff.ts';

const EXITS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'The command did what it was asked for. With --watch or --wait: the task is Completed.',
  error: 'Something went wrong. Standard error says what.',
  usage: 'The command line, or what it names, is not valid.',
  failed: 'The task ended as Failed.',
  forbidden: 'The user is not known, or may not do this.',
  notFound: 'The task or the template was not found.',
  stopped: 'The task ended as Stopped.',
  timeout: 'The task ended as Timeout.',
  limit: 'A limit of active tasks is reached.',
  waitTimeout: 'The wait took longer than it may.',
  interrupted: 'The command was interrupted: Ctrl-C.',
};

const plainCell = (cell: string): string =>
  cell
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 (docs/$2)')
    .replaceAll('`', '')
    .trim();

/** The environment variables, from the table of docs/settings.md. */
function environment(): Block[] {
  const [, section = ''] = readFileSync(join(packageRoot(), 'docs/settings.md'), 'utf8').split(
    '## Environment variables\n',
  );
  const rows = [...section.matchAll(/^\| (`[^|]*)\|([^|]*)\|$/gm)];
  return [{ terms: rows.map(([, names = '', meaning = '']) => [plainCell(names), plainCell(meaning)]) }];
}

/** The text after a command's options, as sections: what else is to be known, and examples. */
function afterText(command: Command): { notes: Block[]; examples: Block[] } {
  const printed: string[] = [];
  command.configureOutput({ writeOut: (text) => printed.push(text) }).outputHelp();
  const [notes = '', examples = ''] = printed.slice(1).join('').split('Examples:\n');
  // Lines that are indented stay as they are; others are one paragraph.
  const blocks = [...notes.trim().matchAll(/(?:^ +.*$\n?)+|(?:^[^ \n].*$\n?)+/gm)].map(([text]): Block =>
    text.startsWith(' ') ? { lines: text.trimEnd().split('\n') } : { text },
  );
  const [lines = ''] = examples.split('\n\n');
  const shown = lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return { notes: blocks, examples: shown.length > 0 ? [{ lines: shown }] : [] };
}

interface Parts {
  args: Block[];
  commands: Block[];
  options: Block[];
  global: Block[];
}

const terms = (items: readonly (readonly [string, string])[]): Block[] =>
  items.length > 0 ? [{ terms: items }] : [];

function partsOf(command: Command): Parts {
  const helper = command.createHelp();
  const options = helper.visibleOptions(command);
  const optionTerms = (isGlobal: boolean): Block[] =>
    terms(
      options
        .filter(({ helpGroupHeading = '' }) => helpGroupHeading.startsWith('Global') === isGlobal)
        .map((each) => [helper.optionTerm(each), helper.optionDescription(each)]),
    );
  return {
    args: terms(
      helper
        .visibleArguments(command)
        .map((each) => [helper.argumentTerm(each), helper.argumentDescription(each)]),
    ),
    commands: terms(
      helper
        .visibleCommands(command)
        .map((each) => [helper.subcommandTerm(each), helper.subcommandDescription(each)]),
    ),
    options: optionTerms(false),
    global: optionTerms(true),
  };
}

/** A command below a verb, `template list`, as a part of the verb's page. */
function subcommand(verb: string, command: Command): Block[] {
  const { args, options } = partsOf(command);
  const { notes, examples } = afterText(command);
  return [
    { heading: `${verb} ${command.name()} ${command.usage()}` },
    { text: `${command.description()}.` },
    ...args,
    ...options,
    ...notes,
    ...examples,
  ];
}

const PLUGIN =
  'The program has two names. bgtask is the program itself, and kubectl bgtask is the same program as a plugin of kubectl: each command and option is the same.';

function page(words: readonly string[], command: Command, also: readonly string[]): ManPage {
  const { args, commands, options, global } = partsOf(command);
  const { notes, examples } = afterText(command);
  const name = words.join('-');
  const usage = `${words.join(' ')} ${command.usage()}`;
  const summary = command.summary() || 'background coding tasks by agents';
  return {
    name,
    source: `bgtask ${packageVersion()}`,
    sections: [
      ['NAME', [{ text: `${name}, kubectl-${name} - ${summary}` }]],
      ['SYNOPSIS', [{ lines: [usage, `kubectl ${usage}`] }]],
      ['DESCRIPTION', [{ text: `${command.description().replace(/\.$/, '')}.` }, { text: PLUGIN }, ...notes]],
      ['ARGUMENTS', args],
      [
        'COMMANDS',
        words.length > 1 ? command.commands.flatMap((each) => subcommand(words.join(' '), each)) : commands,
      ],
      ['OPTIONS', options],
      ['GLOBAL OPTIONS', global],
      ['EXAMPLES', examples],
      [
        'EXIT STATUS',
        terms(Object.entries(EXIT).map(([key, code]) => [String(code), EXITS[key as keyof typeof EXIT]])),
      ],
      [
        'ENVIRONMENT',
        words.length > 1 ? [{ text: 'bgtask(1) lists the environment variables.' }] : environment(),
      ],
      ['SEE ALSO', [{ text: also.map((each) => `${each}(1)`).join(', ') }]],
    ],
  };
}

/** The man pages, by their file names: one of the program, one of each verb, and `kubectl-bgtask.1`, which shows the first. */
export async function manPages(): Promise<Record<string, string>> {
  const verbs = VERBS.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const context = helpContext(() => undefined);
  const root = await programFor(undefined, context, () => undefined);
  const pages = [page(['bgtask'], root, [...verbs.map((verb) => `bgtask-${verb}`), 'kubectl'])];
  for (const verb of verbs) {
    const program = await programFor(verb, context, () => undefined);
    const command = program.commands.find((each) => each.name() === verb);
    if (command) pages.push(page(['bgtask', verb], command, ['bgtask', 'kubectl']));
  }
  return {
    ...Object.fromEntries(pages.map((each) => [`${each.name}.1`, manPage(each)])),
    'kubectl-bgtask.1': '.so man1/bgtask.1\n',
  };
}
