import type { Command, Help } from 'commander';

/** A command's names: `list|get`. */
const names = (command: Command): string => [command.name(), ...command.aliases()].join('|');

/** How a command stands in its parent's list: its names and arguments. */
export const subcommandTerm = (command: Command): string =>
  [names(command), command.usage().replace(/^\[options\] ?/, '')].join(' ').trim();

/** Help in the order people look: what it is, its commands, its own options, and last the options that every command has. */
export function formatHelp(command: Command, helper: Help): string {
  const width = helper.padWidth(command, helper);
  const lines = (items: readonly [term: string, description: string][]): string[] =>
    items.map(([term, description]) => helper.formatItem(term, width, description, helper));
  const section = (title: string, items: readonly [string, string][]): string[] =>
    items.length === 0 ? [] : [title, ...lines(items), ''];
  const options = helper.visibleOptions(command);
  const headings = [...new Set(options.map(({ helpGroupHeading = 'Options:' }) => helpGroupHeading))].sort(
    (a, b) => Number(a !== 'Options:') - Number(b !== 'Options:'),
  );
  const described = helper.boxWrap(helper.commandDescription(command), helper.helpWidth ?? 80);
  return [
    `Usage: ${helper.commandUsage(command)}`,
    '',
    described,
    '',
    ...section(
      'Arguments:',
      helper
        .visibleArguments(command)
        .map((each) => [helper.argumentTerm(each), helper.argumentDescription(each)]),
    ),
    ...section(
      'Commands:',
      helper
        .visibleCommands(command)
        .map((each) => [helper.subcommandTerm(each), helper.subcommandDescription(each)]),
    ),
    ...headings.flatMap((heading) =>
      section(
        heading,
        options
          .filter(({ helpGroupHeading = 'Options:' }) => helpGroupHeading === heading)
          .map((each) => [helper.optionTerm(each), helper.optionDescription(each)]),
      ),
    ),
  ].join('\n');
}
