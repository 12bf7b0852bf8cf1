import type { Check, CiCommand, Detector, RepoFiles } from '../check.ts';
import { hookIds, isHosted, PRE_COMMIT_FILE, usesPreCommit } from './pre-commit-config.ts';
import { readPythonProject } from '../ecosystems/python/project.ts';
import { inProject } from '../ecosystems/python/runner.ts';

/** pre-commit's hooks over all files. They fix in place and fail when they did. */
export const preCommit: Detector = { name: 'pre-commit', detect };

function detect(files: RepoFiles, ci: readonly CiCommand[]): Check[] {
  if (!usesPreCommit(files, ci)) return [];
  const line = ci.find(({ run }) => /\b(pre-commit|prek) run\b/.test(run));
  const project = readPythonProject(files, ci);
  const plain = 'pre-commit run --all-files';
  const source = line?.source ?? (isHosted(files) ? 'pre-commit.ci' : undefined);
  const evidence = PRE_COMMIT_FILE + (source === undefined ? '' : `; ${source} runs it`);
  let run = `.venv/bin/${plain}`;
  if (project?.manager === 'uv' && !project.declared.has('pre-commit')) run = `uvx ${plain}`;
  else if (project && (project.manager === 'pip' || project.declared.has('pre-commit')))
    run = inProject(project, plain);
  else if (project) run = plain;
  const guard = hookIds(files).has('no-commit-to-branch') ? 'SKIP=no-commit-to-branch ' : '';
  const check: Check = { kind: 'lint', name: 'lint (pre-commit)', run: guard + run, evidence };
  if (project) return [check];
  const install = 'python3 -m venv .venv && .venv/bin/python -m pip install pre-commit';
  return [{ kind: 'install', name: 'install (pre-commit)', run: install, evidence: PRE_COMMIT_FILE }, check];
}
