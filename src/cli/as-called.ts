import { shellWord } from '../domain/shell-word.ts';
import type { GlobalOptions } from './context.ts';

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

/** A command of ours in a sentence: its verb, where that acts on tasks or templates. */
const COMMAND =
  /(?<![\w/-])bgtask(?= [a-z])( (?:create|list|get|describe|logs|watch|wait|cancel|retry|delete|template [a-z-]+)\b)?/g;

/** A sentence whose commands name `bgtask`, with the program as it was called and where it was told to look. */
export const asCalled = (sentence: string, { program, place }: Called): string =>
  sentence.replace(
    COMMAND,
    (_, verb: string | undefined) => program + (verb === undefined ? '' : verb + place),
  );
