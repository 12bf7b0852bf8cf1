import { runsElsewhere } from './other-machine.ts';
import { shellSteps, type ShellStep } from './shell.ts';
import type { Refusal } from './tools/rule.ts';
import { MAX_LINE, ruleFor } from './tools/table.ts';
import { unwrap } from './unwrap.ts';

/** Flags and selections that ask for tests which are left out otherwise. */
const OPT_IN =
  /(?<!--tags)\s--?(ignored|include-ignored|(run-?)?(integration|e2e|network|slow(?! ?\d)|live|external|internet|remote|online|acceptance)(-tests)?)(?=\s|$)|\s-m[ =]?["']?(integration|e2e|network|slow|live|acceptance)\b|\s--?tags[ =]\S*(integration|e2e|acceptance)/;
/** A line that fails when a command before it changed files of the tree. */
const LOOKS_AT_TREE =
  /^(! )?git (diff|diff-index)\b.*(--exit-code|--quiet)|^(! )?(test|\[|\[\[) .*git (status|diff)\b|^git diff-index .*HEAD/;
/** A script that asks for a program before it fetches it. */
const ASKS_FOR_PROGRAM = /(^|[\s(!])(command -v|which|hash|type) /;
const CONTAINER = /^(docker|docker-compose|podman|nerdctl|kind|minikube|k3d|kubectl|helm)$/;

/** Reasons that hold whatever a command proves: a plain checkout does not have what it needs. */
const BEYOND: ReadonlySet<Refusal> = new Set<Refusal>([
  'downloads programs or files',
  'needs a container',
  'is made for another machine',
  'asks for tests that are left out otherwise',
  'wants a tree without changes',
  'takes other dependencies',
  'fuzzes or measures',
]);

/** True for a reason that holds whatever a command proves, and wherever it stands. */
export const isBeyond = (refusal: Refusal | undefined): boolean =>
  refusal !== undefined && BEYOND.has(refusal);

/** True for tests that are left out unless these words ask for them. */
export const isOptIn = (run: string): boolean => OPT_IN.test(run);

/** True for a line that asks git whether the tree is as it was. */
export const looksAtTree = (run: string): boolean => LOOKS_AT_TREE.test(run);

/** True for a line that asks whether a program is there: what is fetched behind it is fetched only where the program is missing. */
export const asksForProgram = ({ text }: ShellStep): boolean => ASKS_FOR_PROGRAM.test(text);

/** The variables that choose the machine which a program is built for, as far as a step knows them. */
const machineOf = ({ values }: ShellStep): string =>
  ['GOOS', 'GOARCH', 'CC', 'CXX', 'CROSS_COMPILE', 'CARGO_BUILD_TARGET']
    .flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [`${name}=${value} `];
    })
    .join('');

/** Why a step cannot run in a plain checkout, by its text: whatever its program is. */
function refusalOfText(step: ShellStep, isTest: boolean): Refusal | undefined {
  const text = step.text.slice(0, MAX_LINE);
  if (LOOKS_AT_TREE.test(text)) return 'wants a tree without changes';
  if (isTest && OPT_IN.test(text)) return 'asks for tests that are left out otherwise';
  return runsElsewhere((machineOf(step) + text).slice(0, MAX_LINE))
    ? 'is made for another machine'
    : undefined;
}

/** The same by its programs, those in substitutions included. */
function refusalOfPrograms(step: ShellStep, isExcused: boolean): Refusal | undefined {
  const found = [step.words, ...step.inner].flatMap((words) => {
    const { tool, args } = unwrap(words);
    return ruleFor(tool, args)?.refusal ?? [];
  });
  return isExcused ? undefined : found.find(isBeyond);
}

/** What a command that runs words may know besides them. */
interface Around {
  /** The words that judge, where others stand around them. */
  words: readonly string[];
  /** True when the script has asked whether a program is there. */
  hasAsked: boolean;
  /** The text of the shell script of the repository that these words run. */
  file: string | undefined;
}

/** Why a step of a target or a line cannot run in a plain checkout; undefined where nothing speaks against it. */
export function refusalOfStep(step: ShellStep, { words, hasAsked, file }: Around): Refusal | undefined {
  const { tool, args } = unwrap(words);
  return (
    (file === undefined ? undefined : refusalOfScript(file)) ??
    refusalOfPrograms(step, hasAsked && step.conditional) ??
    refusalOfText(step, ruleFor(tool, args)?.kind === 'test')
  );
}

/** Why a script of the repository cannot: what it downloads, the containers it starts, the clean tree it asks for. */
function refusalOfScript(text: string): Refusal | undefined {
  let hasAsked = false;
  for (const step of shellSteps(text)) {
    hasAsked ||= asksForProgram(step);
    const starts = [step.words, ...step.inner].some((words) => CONTAINER.test(unwrap(words).tool));
    const refusal = refusalOfPrograms(step, hasAsked && step.conditional) ?? refusalOfText(step, false);
    if (refusal !== undefined) return refusal;
    if (starts && !step.conditional) return 'needs a container';
  }
  return undefined;
}
