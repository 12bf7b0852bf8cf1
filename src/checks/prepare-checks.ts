import type { Check, CiCommand, CiPreparation } from './check.ts';
import { environmentPrefix, variablesOf, withPrefix } from './ci/environment.ts';
import { readCommand } from './read-command.ts';

const IN_FOLDER = /^cd ([^\s&]+) && (.*)$/s;

/**
 * Completes checks that CI runs: the variables that CI sets for them, and what the same job does before them. Installs that the
 * detected install checks stand for are left out.
 */
export function prepareChecks(checks: readonly Check[], ci: readonly CiCommand[]): Check[] {
  const installs = checks.filter(({ kind }) => kind === 'install');
  return checks.map((check) => {
    const command = check.kind === 'install' ? undefined : commandOf(check, ci);
    if (!command) return check;
    const before = (command.before ?? []).filter(
      (step) => step.run !== check.run && !installs.some((install) => isSameInstall(install, step)),
    );
    return {
      ...check,
      run: withVariables(check.run, command),
      ...(before.length > 0 && {
        before: before.map(({ run, evidence }) => ({ run: withOwnYarn(run, installs), evidence })),
      }),
    };
  });
}

/** A repository that brings its own Yarn needs no other on the machine. */
function withOwnYarn(run: string, installs: readonly Check[]): string {
  const yarn = installs.flatMap((install) => /^node \S*\.yarn\/releases\/\S+/.exec(install.run) ?? [])[0];
  return yarn === undefined ? run : run.replace(/^((?:\w+=\S* )*)yarn(?= |$)/, `$1${yarn}`);
}

/** The command of CI that a check's evidence names; the nearest by its words where a line holds several. */
function commandOf({ evidence, run }: Check, ci: readonly CiCommand[]): CiCommand | undefined {
  const named = ci.filter(({ source }) => evidence.includes(`${source} runs it`));
  const words = new Set(run.split(/\s+/));
  const score = (command: CiCommand): number =>
    command.run.split(/\s+/).filter((word) => words.has(word)).length;
  return named.sort((a, b) => score(b) - score(a))[0];
}

function withVariables(run: string, { env }: CiCommand): string {
  const set = Object.entries(env ?? {}).filter(([name]) => !run.includes(`${name}=`));
  const missing = variablesOf(readCommand(run), set);
  const prefix = environmentPrefix(missing);
  const [, dir, rest] = IN_FOLDER.exec(run) ?? [];
  return dir === undefined || rest === undefined
    ? withPrefix(prefix, run)
    : `cd ${dir} && ${withPrefix(prefix, rest)}`;
}

/** True when an install check does what this preparation does: the same ecosystem in the same folder. */
function isSameInstall(install: Check, { dir, installs }: CiPreparation): boolean {
  const folder = IN_FOLDER.exec(install.run)?.[1] ?? '';
  const own: readonly string[] = readCommand(install.run).ecosystems;
  return folder === dir && (installs ?? []).some((name) => own.includes(name));
}
