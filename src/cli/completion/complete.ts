import type { Argument, Command, Option } from 'commander';
import type { CliContext, GlobalOptions } from '../context.ts';
import { readDryRun } from '../dry-run-words.ts';
import { inheritOptions, verbAt } from '../global-options.ts';
import { safeLine } from '../output/safe.ts';
import { verbNamed } from '../verbs.ts';
import { argumentValues, optionValues, type Place } from './sources.ts';
import { type Completion, DIRECTIVE, NOTHING } from './values.ts';

/** Builds the command tree as far as a verb needs it. */
export type MakeProgram = (
  verb: string | undefined,
  context: CliContext,
  exit: () => void,
) => Promise<Command>;

/** An answer in cobra's protocol, which kubectl speaks too: a line for each candidate, `value TAB description`, then `:` and the directive. */
export function protocol({ candidates, directive = DIRECTIVE.noFiles }: Completion): string {
  const lines = candidates.map(({ value, description }) =>
    [safeLine(value), ...(description ? [safeLine(description)] : [])].join('\t'),
  );
  return [...lines, `:${directive}`, ''].join('\n');
}

/**
 * What may stand where the last of `words` is: the words after the program's name, the last one as far as it is typed. Reads objects, starts
 * nothing, and never rejects: a key press must not print an error.
 */
export async function complete(
  words: readonly string[],
  context: CliContext,
  makeProgram: MakeProgram,
): Promise<Completion> {
  try {
    const current = words.at(-1) ?? '';
    const found = await candidatesFor(words.slice(0, -1), current, context, makeProgram);
    return {
      ...found,
      candidates: found.candidates.filter(({ value }) => value.startsWith(valuePart(current))),
    };
  } catch {
    return NOTHING;
  }
}

/** Of `--option=value` the value is what is completed. */
const valuePart = (word: string): string =>
  /^--[^=]+=/.test(word) ? word.slice(word.indexOf('=') + 1) : word;

async function candidatesFor(
  before: readonly string[],
  current: string,
  context: CliContext,
  makeProgram: MakeProgram,
): Promise<Completion> {
  const at = verbAt(before);
  const root = await makeProgram(before[at], context, () => undefined);
  const { command, words } = commandAt(root, before);
  const { completes, obeys } = verbNamed(before[at]) ?? {};
  const place = {
    command,
    current: valuePart(current),
    context,
    completes,
    formats: obeys?.formats,
    // Subcommands have the names of verbs on tasks, and do not report.
    reports: obeys?.reports === true && command.parent === root,
    ...given({ root, command }, before, words),
  };
  const isTyped = /^--[^=]+=/.test(current);
  const option = command.options.find(
    (each) => (each.required || each.optional) && isFlag(each, pendingFlag(words, current)),
  );
  const values = option ? await optionValues(option, place) : NOTHING;
  // What follows an option that may stand alone is its value or the next argument.
  if (option?.required || (option && isTyped)) return values;
  const others = await argumentsFor(place, current, before);
  return { ...others, candidates: [...values.candidates, ...others.candidates] };
}

/** What may stand there beside values of options: flags, subcommands, arguments. */
async function argumentsFor(place: Place, current: string, before: readonly string[]): Promise<Completion> {
  const { command } = place;
  if (current.startsWith('-')) return { candidates: flags(command, before) };
  if (command.commands.length > 0)
    return { candidates: place.operands.length > 0 ? [] : subcommands(command) };
  const argument = argumentAt(command.registeredArguments, place.operands.length);
  return argument ? argumentValues(argument.name(), place) : NOTHING;
}

interface Found {
  root: Command;
  command: Command;
}

/** The command that the words before the cursor lead to, and those of them that follow its name. */
function commandAt(root: Command, before: readonly string[]): { command: Command; words: readonly string[] } {
  let [command, words] = [root, before];
  for (;;) {
    const at = verbAt(words);
    const name = words[at];
    const next = command.commands.find(
      (each) => name !== undefined && [each.name(), ...each.aliases()].includes(name),
    );
    if (!next) return { command, words };
    [command, words] = [next, words.slice(at + 1)];
  }
}

/** The option whose value is being typed: `--option=val`, or the word before. */
const pendingFlag = (words: readonly string[], current: string): string =>
  /^--[^=]+=/.test(current) ? current.slice(0, current.indexOf('=')) : (words.at(-1) ?? '');

const isFlag = ({ short, long }: Option, word: string | undefined): boolean =>
  word !== undefined && (word === short || word === long);

/** The options and operands that are on the command line already. One that is not right yet ends the reading. */
function given({ root, command }: Found, before: readonly string[], words: readonly string[]) {
  let operands: string[] = [];
  const silent = { writeErr: () => undefined };
  const pending = command.options.some((each) => each.required && isFlag(each, words.at(-1)));
  try {
    if (command !== root) root.configureOutput(silent).parseOptions([...before]);
    const complete = pending ? words.slice(0, -1) : words;
    operands = command.configureOutput(silent).parseOptions(readDryRun(complete, command)).operands;
    inheritOptions(command);
  } catch {
    // The person is not done with it.
  }
  return { operands, options: command.opts<GlobalOptions>() };
}

const argumentAt = (all: readonly Argument[], at: number): Argument | undefined =>
  all[at] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);

const subcommands = (command: Command) =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), description: each.summary() || each.description() }));

/** Long flags that are not given yet; those that may be given again stay. */
const flags = (command: Command, before: readonly string[]) =>
  [...command.options, { long: '--help', short: '-h', description: 'show help', parseArg: undefined }]
    .filter(({ long, short, parseArg }: Pick<Option, 'long' | 'short' | 'parseArg'>) => {
      const isGiven = before.some((word) => word === long || word === short || word.startsWith(`${long}=`));
      return long && (!isGiven || parseArg !== undefined);
    })
    .map(({ long, description }) => ({ value: long ?? '', description }));
