import type { Check, CheckKind, CiCommand, Detector, RepoFiles } from '../../check.ts';
import { choose, ciCandidates, joinEvidence, labelOf, type Candidate } from '../../candidate.ts';
import { formattersFor } from '../../formatter-of.ts';
import { readCommand, type Reading } from '../../read-command.ts';
import { unwrap } from '../../unwrap.ts';
import { usesPreCommit } from '../../common/pre-commit-config.ts';
import { CONFIGURED } from '../ecosystem.ts';
import { asWord, broughtFor } from './brought.ts';
import { readPythonProject, type PythonProject } from './project.ts';
import { inProject, installPython, withTool } from './runner.ts';
import { pythonTools } from './configured.ts';

/** Python: the project's own runner (uv, Poetry, PDM, Hatch, Pipenv) or a `.venv`, and the tools it configures. */
export const python: Detector = {
  name: 'python',
  detect: (files, ci) => plan(files, ci).checks,
  notes: (files, ci) => plan(files, ci).notes,
};

function plan(files: RepoFiles, ci: readonly CiCommand[]): { checks: Check[]; notes: string[] } {
  const project = readPythonProject(files, ci);
  if (!project) return { checks: [], notes: [] };
  const notes = project.note ? [project.note] : [];
  const plugins = new Set<string>();
  const own = [
    ...ciCandidates(ci, 'python', (run, command) => {
      const brought = broughtFor(command, project);
      for (const name of brought.packages) plugins.add(name);
      return withPresentInterpreters(inProject(project, run, optionsOf(project, brought)));
    }),
    ...scriptLines(project, ci),
  ];
  const inCi = own.filter((candidate) => candidate.ci);
  const tools = new Set([...own.map(({ run }) => unwrap(run.split(/\s+/)).tool), ...plugins]);
  if (usesPreCommit(files, ci)) tools.add('pre-commit');
  const suggested: Candidate[] = own.filter((candidate) => !candidate.ci);
  const offered = new Map<string, string>();
  for (const { tool, kind, run, evidence } of pythonTools(files, project, ci)) {
    if (isUnenforced(kind, { inCi, tool }) || own.some((script) => script.kind === kind && !script.ci))
      continue;
    const command = withTool(project, tool, run);
    if (command === undefined) {
      notes.push(`${tool} is not run: ${evidence}, but ${project.manager} does not install it`);
      continue;
    }
    offered.set(command, tool);
    const slot = kind === 'lint' || kind === 'typecheck' ? CONFIGURED : undefined;
    suggested.push({ kind, label: labelOf(run), run: command, evidence, ci: false, slot });
  }
  const checks = choose(joinEvidence([...inCi, ...formattersFor(inCi)], suggested));
  for (const [run, tool] of offered) if (checks.some((check) => check.run === run)) tools.add(tool);
  return { checks: [installPython(project, ci, [...tools]), ...checks], notes };
}

/** What CI's job installs with pip by name, as options of `uv run`; the other managers install it with the rest. */
function optionsOf({ manager }: PythonProject, { groups, packages }: ReturnType<typeof broughtFor>): string {
  if (manager !== 'uv') return '';
  const words = [
    ...groups.map((name) => `--group ${name}`),
    ...packages.map((name) => `--with ${asWord(name)}`),
  ];
  return words.map((word) => `${word} `).join('');
}

/** A formatter is left out when no linter of CI checks its result; other kinds compete in choose. */
function isUnenforced(
  kind: CheckKind,
  { inCi, tool }: { inCi: readonly Candidate[]; tool: string },
): boolean {
  const lints = inCi.filter((candidate) => candidate.kind === 'lint');
  return kind === 'format' && lints.length > 0 && !lints.some(({ run }) => run.includes(tool));
}

/** `hatch run lint`, `pdm run test`, `poe check` in CI, by the commands behind the names. */
function scriptLines(project: PythonProject, ci: readonly CiCommand[]): Candidate[] {
  const { scripts } = project;
  if (scripts.size === 0) return [];
  const fromCi = ci.flatMap(({ run, source }) =>
    scriptCandidate(run, `${source} runs it`, { scripts, ci: true }),
  );
  if (fromCi.length > 0 || !/^(hatch|pdm)$/.test(project.manager)) return fromCi;
  return [...scripts.keys()]
    .filter((name) => /^[\w:.-]+$/.test(name))
    .flatMap((name) =>
      scriptCandidate(`${project.manager} run ${name}`, `pyproject.toml script ${name}`, {
        scripts,
        ci: false,
      }),
    );
}

/** CI chooses one interpreter a job; here those that are there must do, and PyPy is rarely one. */
function withPresentInterpreters(run: string): string | undefined {
  const { tool, args } = unwrap(run.replace(/^(\w+=\S* )+/, '').split(/\s+/));
  if (tool === 'tox' && args.some((word) => /\$\(|\bpypy/.test(word))) return undefined;
  if (tool === 'nox') return withAnyPython(run);
  const isChosen = args.some((word) => /^(-e|-f|-m|--skip-missing-interpreters)\b/.test(word));
  if (tool !== 'tox' || isChosen) return run;
  return run.replace(/\btox( run| run-parallel| r| p)?(?= |$)/, '$& --skip-missing-interpreters=true');
}

/** nox names a session after its Python: `tests-3.12`. Without the version it runs those whose Python is there. */
const withAnyPython = (run: string): string =>
  run
    .replace(/(\s(?:-s|--sessions?|-e)[= ])(["']?)([\w.]+?)-(?:py(?:py)?)?3\.\d+t?\2(?=\s|$)/, '$1$2$3$2')
    .replace(/\s--force-pythons?[= ]["']?[\w.]+["']?/, '');

/** pre-commit's hooks, which fix in place and fail when they did. */
const isHooks = ({ tools }: Reading): boolean => tools.every((tool) => /^(pre-commit|prek)$/.test(tool));

function scriptCandidate(
  run: string,
  evidence: string,
  from: { scripts: PythonProject['scripts']; ci: boolean },
): Candidate[] {
  const reading = readCommand(run, from.scripts);
  const isOwn = reading.calls.length > 0 && reading.kind !== undefined && reading.kind !== 'install';
  if (
    !isOwn ||
    reading.kind === undefined ||
    reading.refusal ||
    (reading.writes && reading.kind !== 'format' && !(from.ci && isHooks(reading)))
  )
    return [];
  if (reading.kinds.length > 1 && !from.ci) return [];
  return [{ kind: reading.kind, label: reading.calls[0] ?? 'script', run, evidence, ci: from.ci }];
}
