import type { Check, CheckKind, CiCommand, Detector, RepoFiles } from '../check.ts';
import { choose, type Candidate } from '../candidate.ts';
import { kindOfName, kindOfVerb } from '../kind-of-name.ts';
import { ecosystemsIn } from '../plugs.ts';
import { readCommand } from '../read-command.ts';
import { shellSteps } from '../shell.ts';
import { unwrap } from '../unwrap.ts';
import { readPythonProject, type PythonProject } from '../ecosystems/python/project.ts';
import { inEnvironment } from '../ecosystems/python/runner.ts';
import { targetRunners, type TargetRunner } from './target-files.ts';

/** Targets that are not checks by their name, even if CI runs them. `make install` never installs dependencies. */
const NO_PROOF =
  /install|deploy|publish|push|release|docker|image|container|cluster|kind$|k8s|e2e|integration|acceptance|envtest|msrv|fuzz|serve|^run|^dev|watch|clean|setup|bootstrap|deps|tools?$|generate|docs?$|build|all$|upload|bench|fix|up$|down$/i;
const JUDGES = /^(check|checks|ci|verify|validate|presubmit|quality|qa)$/i;
/** Names that are believed without legible commands. */
const GENERIC =
  /^(go|py|js|unit)?[-_.]?(tests?|checks?|lint|vet|typecheck|type-check|types|fmt-?check|check-fmt|format-check|spec)([-_.](unit|all|ci|go|py|python|js|race|short))?$/i;

/** make, just and Task: the targets that the repository's CI calls. */
export const targets: Detector = {
  name: 'targets',
  detect: (files, ci) => {
    const project = readPythonProject(files, ci);
    const calledAs = (kindOf: KindOf): Candidate[] =>
      targetRunners(files).flatMap((runner) => calledTargets(runner, ci, { project, kindOf }));
    const called = calledAs(kindOfTarget);
    const isTested = called.some(({ kind }) => kind === 'test') || ecosystemsIn(files).length > 0;
    return choose(isTested ? called : [...called, ...calledAs(kindOfPart)]);
  },
  notes: (files, ci) => targetRunners(files).flatMap((runner) => notesOf(runner, ci)),
};

/** The same where nothing else was found: targets that are clearly judges by the commands they run. */
export const targetsAlone: Detector = {
  name: 'targets',
  detect: (files) => choose(targetRunners(files).flatMap(judgingTargets)),
};

/** A variable that turns a target into one that measures: it needs other programs and leaves reports. */
const MEASURES = /=(code-?)?(coverage|gcov|lcov|fuzz\w*|bench\w*|profil\w+)$/i;

interface Call {
  target: string;
  run: string;
  source: string;
}

/** `make -j4 lint test V=1` calls two targets. */
function callsOf({ program }: TargetRunner, ci: readonly CiCommand[]): Call[] {
  return ci.flatMap(({ run, source }): Call[] => {
    const all = shellSteps(run)[0]?.words ?? [];
    const { tool, args } = unwrap(all);
    const words = [tool, ...args];
    const isOurs = tool === program || (program === 'make' && tool === 'gmake');
    if (!isOurs || words.includes('-C') || words.includes('-f')) return [];
    const caller = all.slice(0, all.length - args.length).join(' ');
    const assigned = words.slice(1).filter((word) => /^\w+=[\w./:,+-]*$/.test(word));
    if (assigned.some((word) => MEASURES.test(word))) return [];
    return words
      .slice(1)
      .filter((word) => /^[A-Za-z][\w:./-]*$/.test(word) && !word.includes('='))
      .map((target) => ({
        target,
        run: [...environmentOf(run), caller, target, ...assigned].join(' '),
        source,
      }));
  });
}

/** `CPU=1 make test`: what stands before the program, where it is plain. */
const environmentOf = (run: string): string[] =>
  (/^((?:[A-Za-z_]\w*=[\w./:,+-]*\s+)+)/.exec(run)?.[1] ?? '').trim().split(/\s+/).filter(Boolean);

/** The kind of a target that CI calls. Undefined for a target that is not a check. */
type KindOf = (target: string, runner: TargetRunner) => CheckKind | undefined;

function calledTargets(
  runner: TargetRunner,
  ci: readonly CiCommand[],
  { project, kindOf }: { project: PythonProject | undefined; kindOf: KindOf },
): Candidate[] {
  return callsOf(runner, ci).flatMap(({ target, run, source }): Candidate[] => {
    const text = runner.targets.get(target) ?? '';
    const reading = readCommand(text, runner.targets);
    const kind = kindOf(target, runner);
    if (kind === undefined || reading.refusal) return [];
    const fixes = kind !== 'format' && reading.writes ? '; it fixes in place' : '';
    return [
      {
        kind,
        label: `${runner.program} ${target}`,
        run:
          project && !/\b(uv|poetry|pdm|hatch|pipenv) run\b/.test(text) ? inEnvironment(project, run) : run,
        evidence: `${runner.file} ${target}${fixes}; ${source} runs it`,
        ci: true,
      },
    ];
  });
}

/** Tests of one part, e.g. `test_parser`, by the name alone: where nothing else tests, they stand for all. */
const kindOfPart: KindOf = (target) =>
  /^tests?[-_.:]\w/.test(target) && !NO_PROOF.test(target) && !OTHER_TESTS.test(target) ? 'test' : undefined;
const OTHER_TESTS = /robust|stress|smoke|perf|fail|long|windows|macos|arm|style|format|report/i;

/** By the commands of the target; by its name where they are not legible here, because CI vouches for it. */
function kindOfTarget(target: string, { targets: known }: TargetRunner): CheckKind | undefined {
  const reading = readCommand(known.get(target) ?? '', known);
  if (NO_PROOF.test(target) && !JUDGES.test(target)) return undefined;
  if (reading.onlyWrites) return reading.kinds.includes('format') ? 'format' : undefined;
  const byName = kindOfName(target);
  if (reading.kind !== undefined && reading.kind !== 'install')
    return byName === 'test' && reading.unknown > 0 && GENERIC.test(target) ? 'test' : reading.kind;
  if (byName === 'format') return undefined;
  if (JUDGES.test(target)) return 'test';
  return GENERIC.test(target) ? byName : kindOfVerb(target);
}

/** A target that says which tests of Go need no other machine. */
const SELECTS_TESTS = /\bgo test\b.*(\$\(go list|-short\b)|\bgo list\b.*\bgrep -v\b/;

/**
 * Where no CI tells how, a Makefile's own `test` that leaves out packages knows better than `go test ./...`, which takes in
 * tests that need a cluster. Returns the checks with that target in place of the suggested tests. Pure.
 */
export function withOwnSelection(files: RepoFiles, checks: readonly Check[]): Check[] {
  const target = targetRunners(files)
    .flatMap((runner) => judgingTargets(runner).map((candidate) => ({ runner, candidate })))
    .find(({ runner, candidate }) => {
      const name = candidate.run.split(' ').at(-1) ?? '';
      return (
        /^(test|unit|unit-tests?|test-unit)$/.test(name) && SELECTS_TESTS.test(runner.targets.get(name) ?? '')
      );
    });
  if (!target || !checks.some(({ run }) => run === 'go test ./...')) return [...checks];
  return [...checks.filter(({ run }) => run !== 'go test ./...'), ...choose([target.candidate])];
}

function judgingTargets({ program, file, targets: known }: TargetRunner): Candidate[] {
  return [...known.keys()].flatMap((target): Candidate[] => {
    const reading = readCommand(known.get(target) ?? '', known);
    const { kind, refusal, writes } = reading;
    const isNamed = kindOfName(target) === kind || JUDGES.test(target);
    if (
      kind === undefined ||
      kind === 'install' ||
      kind === 'format' ||
      !isNamed ||
      refusal ||
      writes ||
      NO_PROOF.test(target)
    )
      return [];
    return [
      {
        kind,
        label: `${program} ${target}`,
        run: `${program} ${target}`,
        evidence: `${file} ${target}`,
        ci: false,
      },
    ];
  });
}

function notesOf(runner: TargetRunner, ci: readonly CiCommand[]): string[] {
  const refused = callsOf(runner, ci).flatMap(({ target, run, source }) => {
    const { refusal } = readCommand(runner.targets.get(target) ?? '', runner.targets);
    return refusal && !NO_PROOF.test(target)
      ? [`${run} is not run though ${source} does: it ${refusal}`]
      : [];
  });
  return [...new Set(refused)];
}
