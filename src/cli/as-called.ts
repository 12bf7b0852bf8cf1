import { shellWord } from '../domain/shell-word.ts';
import type { Verb } from './command.ts';
import type { GlobalOptions } from './context.ts';
import { VERBS } from './verbs.ts';

/** How the program was called, for sentences that name the next command. */
export interface Called {
  /** `bgtask` or `kubectl bgtask`. */
  program: string;
  /** The flags that said where, as placeFlags gives them. */
  place: string;
}

/** What a next command needs to reach the same tasks: ` -n team-a --context=prod`, or nothing. */
export function placeFlags({ namespace, context, kubeconfig, as, engine }: GlobalOptions): string {
  const named = { '--context': context, '--kubeconfig': kubeconfig, '--as': as, '--engine': engine };
  const words = [
    ...(namespace === undefined ? [] : ['-n', namespace]),
    ...Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`])),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join('');
}

/** Patterns of the words after which the flags stand. */
const wordsOf = ({ name, alias, onTasks }: Verb): string[] =>
  onTasks
    ? [name, ...(alias ? [alias] : [])].map((word) => (onTasks === true ? word : `${word} [a-z-]+`))
    : [];

/** A command of ours in a sentence: its verb, where that acts on tasks or templates. "The bgtask operator" is a program. */
function commandPattern(): RegExp {
  const told = VERBS.filter(({ hidden }) => !hidden);
  const any = told.flatMap(({ name, alias }) => (alias ? [name, alias] : [name])).join('|');
  return new RegExp(
    `(?<![\\w/-]|\\b[Tt]he )bgtask(?= (?:${any})\\b)( (?:${told.flatMap(wordsOf).join('|')})\\b)?`,
    'g',
  );
}

/** A sentence whose commands name `bgtask`, with the program as it was called and where it was told to look. */
export const asCalled = (sentence: string, { program, place }: Called): string =>
  sentence.replace(
    commandPattern(),
    (_, verb: string | undefined) => program + (verb === undefined ? '' : verb + place),
  );
