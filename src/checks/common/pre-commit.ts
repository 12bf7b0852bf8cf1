import type { Check, CiCommand, Detector, RepoFiles } from '../check.ts';
import { readPythonProject, tableAt, type PythonProject } from '../ecosystems/python/project.ts';
import { inProject } from '../ecosystems/python/runner.ts';
import {
  hookIds,
  hookLine,
  isForChangedFiles,
  isHosted,
  PRE_COMMIT_FILE,
  usesPreCommit,
} from './pre-commit-config.ts';

/** pre-commit's hooks over all files. They fix in place and fail when they did. */
export const preCommit: Detector = { name: 'pre-commit', detect, notes };

function detect(files: RepoFiles, ci: readonly CiCommand[]): Check[] {
  if (!usesPreCommit(files, ci)) return [];
  const line = hookLine(ci);
  const project = readPythonProject(files, ci);
  const source = line?.source ?? (isHosted(files) ? 'pre-commit.ci' : undefined);
  const evidence = PRE_COMMIT_FILE + (source === undefined ? '' : `; ${source} runs it`);
  const guard = hookIds(files).has('no-commit-to-branch') ? 'SKIP=no-commit-to-branch ' : '';
  const run = guard + commandOf(project, line);
  const check: Check = { kind: 'lint', name: 'lint (pre-commit)', run, evidence };
  if (project) return [check];
  const install = 'python3 -m venv .venv && .venv/bin/python -m pip install pre-commit';
  return [{ kind: 'install', name: 'install (pre-commit)', run: install, evidence: PRE_COMMIT_FILE }, check];
}

/** CI's own words where they name a runner; else pre-commit out of the project's environment. */
function commandOf(project: PythonProject | undefined, line: CiCommand | undefined): string {
  if (line && /^(uv|uvx|poetry|pdm|hatch|pipx) /.test(line.run)) return line.run;
  const plain = 'pre-commit run --all-files';
  if (!project) return `.venv/bin/${plain}`;
  if (project.manager === 'hatch' && !hasInDefault(project, 'pre-commit')) return `pipx run ${plain}`;
  if (project.manager === 'uv' && !project.declared.has('pre-commit')) return `uvx ${plain}`;
  return project.manager === 'pip' || project.declared.has('pre-commit') ? inProject(project, plain) : plain;
}

/** True for a program of Hatch's default environment, which `hatch run` takes; an extra belongs to it where it names it. */
function hasInDefault({ tool, contents }: PythonProject, program: string): boolean {
  const environment = tableAt(tool, 'hatch', 'envs', 'default');
  const names = (key: string): string[] => {
    const list = environment[key];
    return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
  };
  return (
    [...names('dependencies'), ...names('extra-dependencies')].some(
      (one) => /^[\w.-]+/.exec(one)?.[0] === program,
    ) || names('features').some((extra) => contents.get(extra)?.has(program) === true)
  );
}

function notes(files: RepoFiles, ci: readonly CiCommand[]): string[] {
  return files.has(PRE_COMMIT_FILE) && isForChangedFiles(files, ci)
    ? ['pre-commit is not run: CI runs its hooks on the changed files only']
    : [];
}
