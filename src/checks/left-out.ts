import type { CheckResult } from '../api/types.ts';
import type { Check, RepoFiles } from './check.ts';
import { plugs } from './plugs.ts';
import { type NeededProgram, programsOf } from './programs.ts';

/** A check that cannot run here, beside others that can. */
export interface LeftOut {
  check: Check;
  program: NeededProgram;
}

/** Checks that a person named: in the task, or in the repository's .bgtask.yaml. */
const NAMED = /^(?:spec\.checks|\.bgtask\.yaml)\b/;

/**
 * Parts what can run from what cannot because a program is absent, where both can be told apart: a check of another ecosystem, or of a program of none,
 * beside a test that can run. One absent ecosystem does not void the others. Where the absent program belongs to the ecosystem of the tests, to a check that a person named,
 * or to the only tests, nothing is left out: the environment is not ready then.
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

/** The log's line about it, with how to install the program. */
export const leftOutSentence = ({ check: { kind, run, evidence }, program }: LeftOut): string =>
  `Cannot run ${kind} here: ${run} (${evidence}). ${program.program} is not installed. ${program.install ?? ''}`.trimEnd();

/** Its result in the report; undefined for an install and a formatter, which judge nothing. */
export function leftOutResult({ check, program }: LeftOut): CheckResult | undefined {
  const { kind, name, run: command } = check;
  if (kind === 'install' || kind === 'format') return undefined;
  return { kind, name, command, result: 'skipped', note: `${program.program} is not installed` };
}

const ecosystemsOf = (program: string): readonly string[] => plugs().owners.get(program) ?? [];
