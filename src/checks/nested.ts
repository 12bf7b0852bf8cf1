import { asConfigured, isConfigured } from './candidate.ts';
import type { Check, RepoFiles } from './check.ts';
import { isProjectFile } from './plugs.ts';

/** More packages of one level are not proved: a task's time is an hour. */
const MAX_FOLDERS = 10;
const MAX_NAME = 64;
/** A folder just below the root whose name needs no quotes. */
const FOLDER = /^([\w@+-][\w@.+-]*)\/[^/]+$/;
const NO_PACKAGE =
  /^(docs?|examples?|samples?|tests?|testdata|fixtures?|e2e|scripts?|tools?|benchmarks?|demo|website|\..*)$/i;

/** The folders just below the root that hold a package of their own, in order. */
export function nestedFolders(files: RepoFiles): string[] {
  const folders = files.paths.filter(isProjectFile).flatMap((path) => FOLDER.exec(path)?.[1] ?? []);
  return [...new Set(folders)].filter((folder) => !NO_PACKAGE.test(folder)).slice(0, MAX_FOLDERS);
}

/** Checks of a folder, run from the root: `lint (backend)`, or `lint (backend: ruff)` beside others of its kind. */
export function placeIn(dir: string, checks: readonly Check[]): Check[] {
  return checks.map((check) => {
    const isAlone = checks.filter(({ kind }) => kind === check.kind).length === 1;
    const label = isAlone ? dir : check.name.replace(/^\w+ \((.*)\)$/, `${dir}: $1`);
    const name = `${check.kind} (${label})`;
    const placed: Check = {
      kind: check.kind,
      name: name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 1)})`,
      run: `cd ${dir} && ${check.run}`,
      evidence: `in ${dir}/: ${check.evidence}`,
    };
    return isConfigured(check) ? asConfigured(placed) : placed;
  });
}
