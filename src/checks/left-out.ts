import type { CheckResult } from '../api/types.ts';
import type { Check, RepoFiles } from './check.ts';
import { plugs } from './plugs.ts';
import { type NeededProgram, programsOf } from './programs.ts';

/** A check whose program is not installed. */
export interface LeftOut {
  check: Check;
  program: NeededProgram;
}

/** Checks that a person named: in the task, or in the repository's .bgtask.yaml. */
const NAMED = /^(?:spec\.checks|\.bgtask\.yaml)\b/;

/**
 * Splits the checks into those that can run and those that cannot because a program is not installed. A check is left out only if a test can run and the missing
 * program does not belong to the ecosystem of that test. Nothing is left out if the program belongs to the tests' own ecosystem, if a person named the check, or if no
 * test can run: the environment is not ready then.
 */
export function leaveOutAbsent(
  checks: readonly Check[],
  files: RepoFiles,
  isInstalled: (program: string) => boolean,
): { checks: Check[]; left: LeftOut[] } {
  const judged = checks.map((check) => {
    const programs = programsOf(check, files);
    return { check, programs, missing: programs.find(({ program }) => !isInstalled(program)) };
  });
  const tests = judged.filter(({ check, missing }) => check.kind === 'test' && !missing);
  const tested = new Set(
    tests.flatMap(({ programs }) => programs.flatMap(({ program }) => ecosystemsOf(program))),
  );
  const left = judged.flatMap(({ check, missing }) => {
    if (!missing || tests.length === 0 || NAMED.test(check.evidence)) return [];
    return ecosystemsOf(missing.program).some((name) => tested.has(name))
      ? []
      : [{ check, program: missing }];
  });
  const isLeft = new Set(left.map(({ check }) => check));
  return { checks: checks.filter((check) => !isLeft.has(check)), left };
}

/** Returns the log line for a check that is left out, with the command that installs the program. */
export const leftOutSentence = ({ check: { kind, run, evidence }, program }: LeftOut): string =>
  `Cannot run ${kind} here: ${run} (${evidence}). ${program.program} is not installed. ${program.install ?? ''}`.trimEnd();

/** Returns the result of a check that is left out; undefined for installs and formatters, which prove nothing. */
export function leftOutResult({ check, program }: LeftOut): CheckResult | undefined {
  const { kind, name, run: command } = check;
  if (kind === 'install' || kind === 'format') return undefined;
  return { kind, name, command, result: 'skipped', note: `${program.program} is not installed` };
}

const ecosystemsOf = (program: string): readonly string[] => plugs().owners.get(program) ?? [];
