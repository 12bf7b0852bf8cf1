import type { CheckSpec } from '../api/types.ts';
import { BGTASK_FILE, readBgtaskFile, type BgtaskFile } from './bgtask-yaml.ts';
import {
  KIND_ORDER,
  type Check,
  type CheckKind,
  type CiCommand,
  type Detection,
  type Detector,
  type RepoFiles,
} from './check.ts';
import { isConfigured } from './candidate.ts';
import { ciFolders, ciIn, readCi } from './ci.ts';
import { ciLines } from './common/ci-lines.ts';
import { withOwnSelection } from './common/targets.ts';
import { COMMON, ecosystemDetectors, LAST_RESORT } from './detectors.ts';
import { downloadMarks } from './downloads.ts';
import { parseJsonObject, stringMap } from './ecosystems/node/package.ts';
import { neededInstalls, programNotes } from './needed.ts';
import { nestedFolders, placeIn } from './nested.ts';
import { isInCi, isProof, preferCi } from './prefer-ci.ts';
import { prepareChecks } from './prepare-checks.ts';
import { readCommand } from './read-command.ts';
import { subRepo } from './repo-files.ts';

const MAX_CHECKS = 40;
const MAX_RUN = 1_024;
const MAX_NAME = 64;

/**
 * Decides what proves a change: `spec.checks`, else what `.bgtask.yaml` says, else what the repository's files and its own CI
 * show. `spec.checks` replaces formatters, linters, type checks and tests; how to install is detected all the same. Pure.
 * Throws a StageError (InvalidTask) for a `.bgtask.yaml` that cannot be obeyed.
 */
export function detectChecks(files: RepoFiles, override?: readonly CheckSpec[]): Detection {
  const file = readBgtaskFile(files);
  const detected = detectAll(files);
  const scripts = stringMap(parseJsonObject(files.read('package.json'))?.['scripts']);
  const kindOf = (run: string): CheckKind => proofKind(readCommand(run, scripts).kind);
  if (override && override.length > 0) {
    const own = override.map(({ name, run }): Check => ({
      kind: kindOf(run),
      name,
      run,
      evidence: 'spec.checks',
    }));
    const named = new Set(override.map(({ run }) => run.trim()));
    const replaced = applyFile(detected.checks, file, kindOf).filter(({ run }) => !named.has(run));
    return {
      checks: finish([...installOf(detected.checks, file), ...own], files),
      notes: [],
      replaced: finish(replaced.filter(isProof), files).map(({ run }) => run),
    };
  }
  return {
    checks: finish(applyFile(detected.checks, file, kindOf), files),
    notes: [...detected.notes, ...fileNotes(files)],
  };
}

const proofKind = (kind: CheckKind | undefined): CheckKind =>
  kind === undefined || kind === 'install' ? 'test' : kind;

const fileNotes = (files: RepoFiles): string[] =>
  files.has('.bgtask.yml') && !files.has(BGTASK_FILE)
    ? ['.bgtask.yml is not read: its name must be .bgtask.yaml']
    : [];

function installOf(checks: readonly Check[], file: BgtaskFile | undefined): Check[] {
  if (file?.install === undefined) return checks.filter(({ kind }) => kind === 'install');
  return [{ kind: 'install', name: 'install', run: file.install, evidence: `${BGTASK_FILE} install` }];
}

function applyFile(
  detected: readonly Check[],
  file: BgtaskFile | undefined,
  kindOf: (run: string) => CheckKind,
): Check[] {
  const formats = file?.format?.map((run, index): Check => {
    return {
      kind: 'format',
      name: index === 0 ? 'format' : `format ${index + 1}`,
      run,
      evidence: `${BGTASK_FILE} format`,
    };
  });
  const proofs = file?.checks?.map(({ name, run, kind }, index): Check => {
    return { kind: kind ?? kindOf(run), name, run, evidence: `${BGTASK_FILE} checks[${index}]` };
  });
  return [
    ...installOf(detected, file),
    ...(formats ?? detected.filter(({ kind }) => kind === 'format')),
    ...(proofs ?? detected.filter(isProof)),
  ];
}

function detectAll(files: RepoFiles): Detection {
  const ci = readCi(files);
  const commands = ciIn(ci.commands, '');
  const own = runDetectors(ecosystemDetectors(), files, commands);
  const root = [own, runDetectors(COMMON, files, commands)];
  root.push(linesOf(files, commands, root));
  const nested = foldersOf(files, ci.commands, own.checks.some(isProof))
    .map((dir) => detectIn(dir, files, ci.commands))
    .filter(({ checks }) => checks.some(isProof));
  const hasProof = [...root, ...nested].some(({ checks }) => checks.some(isProof));
  if (!hasProof) root.push(runDetectors(LAST_RESORT, files, commands));
  const found = root.flatMap(({ checks }) => checks);
  const isTested = found.some((check) => check.kind === 'test' && isInCi(check));
  const inRoot = isTested ? found : withOwnSelection(files, found);
  const preferred = preferCi(
    inRoot,
    nested.flatMap(({ checks }) => checks),
  );
  const kept = ci.lacksTests
    ? preferred.filter((check) => check.kind !== 'test' || isInCi(check))
    : preferred;
  const notes = [...root, ...nested].flatMap((part) => part.notes);
  const needed = neededInstalls(kept);
  return {
    checks: prepareChecks(
      needed.map((check) => shorten(check, { kept, inRoot })),
      ci.commands,
    ),
    notes: [...new Set([...notes, ...programNotes(needed, files, notes), ...ci.notes])],
  };
}

function detectIn(dir: string, files: RepoFiles, commands: readonly CiCommand[]): Detection {
  const ci = ciIn(commands, dir);
  const inside = subRepo(files, dir);
  const found = runDetectors([...ecosystemDetectors(), ...COMMON], inside, ci);
  const checks = preferCi([...found.checks, ...linesOf(inside, ci, [found]).checks], []);
  // Where the repository has CI, the configuration files of a folder count only with a line of CI.
  const borneOut = commands.length > 0 ? checks.filter((check) => !isConfigured(check)) : checks;
  return { checks: placeIn(dir, borneOut), notes: found.notes.map((note) => `${dir}: ${note}`) };
}

const linesOf = (files: RepoFiles, ci: readonly CiCommand[], found: readonly Detection[]): Detection => ({
  checks: ciLines(
    files,
    ci,
    found.flatMap(({ checks }) => checks),
  ),
  notes: [],
});

/** Folders that CI works in; without a proof in the root also the projects just below it, unless CI proves elsewhere. */
function foldersOf(files: RepoFiles, commands: readonly CiCommand[], hasProof: boolean): string[] {
  const entered = ciFolders(commands).filter((dir) => isThere(dir, files, commands));
  const isElsewhere = commands.some(({ run }) => proves(readCommand(run).kind));
  return [...new Set([...entered, ...(hasProof || isElsewhere ? [] : nestedFolders(files))])].slice(0, 10);
}

/** A folder of the repository, or one that a build system makes before the commands in it. */
const isThere = (dir: string, files: RepoFiles, commands: readonly CiCommand[]): boolean =>
  files.paths.some((path) => path.startsWith(`${dir}/`)) ||
  (isBelow(dir, files) &&
    commands.some(
      ({ run, before = [] }) =>
        run.startsWith(`cd ${dir} && `) &&
        before.some((step) => /\b(cmake|meson|configure)\b(?!.* --(build|install)\b)/.test(step.run)),
    ));

const isBelow = (dir: string, files: RepoFiles): boolean => {
  const parent = dir.slice(0, Math.max(dir.lastIndexOf('/'), 0));
  return parent === '' || files.paths.some((path) => path.startsWith(`${parent}/`));
};

const proves = (kind: CheckKind | undefined): boolean =>
  kind === 'lint' || kind === 'typecheck' || kind === 'test';

/** The only check of its kind needs no label, unless it belongs to a folder. */
function shorten(
  check: Check,
  { kept, inRoot }: { kept: readonly Check[]; inRoot: readonly Check[] },
): Check {
  const isAlone = kept.filter(({ kind }) => kind === check.kind).length === 1;
  return isAlone && inRoot.includes(check) ? { ...check, name: check.kind } : check;
}

function runDetectors(detectors: readonly Detector[], files: RepoFiles, ci: readonly CiCommand[]): Detection {
  return {
    checks: detectors.flatMap((detector) => detector.detect(files, ci)),
    notes: detectors.flatMap((detector) => detector.notes?.(files, ci) ?? []),
  };
}

/** Orders, drops repetitions (of many, each kind has an equal share) and commands that are too long, and gives each a name of its own. */
function finish(checks: readonly Check[], files: RepoFiles): Check[] {
  const runs = new Set<string>();
  const unique = checks.filter(({ kind, run }) => {
    const key = kind === 'install' ? run : `proof ${run}`;
    if (runs.has(key) || run.length > MAX_RUN) return false;
    runs.add(key);
    return true;
  });
  const share = Math.floor(MAX_CHECKS / KIND_ORDER.length);
  const ordered = KIND_ORDER.flatMap((kind) => {
    const ofKind = unique.filter((check) => check.kind === kind);
    return unique.length > MAX_CHECKS ? ofKind.slice(0, share) : ofKind;
  });
  const names = new Set<string>();
  const mark = downloadMarks(files);
  return ordered.map((check) => {
    const name = uniqueName(check.name, names);
    names.add(name);
    return mark({ ...check, name });
  });
}

function uniqueName(name: string, taken: ReadonlySet<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count += 1) unique = `${name.slice(0, MAX_NAME - 4)} ${count}`;
  return unique;
}

export { formatChecks } from './format-checks.ts';
