import type { RepoFiles } from '../check.ts';
import { actionCommand } from './actions.ts';
import { inDir, joinDir, readBlock, type CommandList } from './run-block.ts';
import { viewYaml, type YamlView } from './yaml-view.ts';

const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;
/** Workflows that prove something else than the change: their commands are made for sites, scanners and releases. */
const OTHER_PURPOSE =
  /(^|[/._-])(codeql|docs?|documentation|gh-?pages|pages|website|site|release|publish|deploy|nightly|bench|benchmarks?|scorecards?|stale|label|labeler|autofix|preview|canary|cron)[^/]*$/i;
const MAX_WORKFLOWS = 100;
const MAX_CALL_DEPTH = 4;
/** Conditions under which a step does not run for a pull request, or only after something failed. */
const NOT_FOR_CHANGES =
  /event_name\s*==\s*'(push|release|schedule|workflow_dispatch)'|ref\s*==\s*'refs\/(heads|tags)|startsWith\(\s*github\.ref\s*,\s*'refs\/(heads|tags)|(?<!!|success\(\) \|\| )failure\(\)|(?<!!)cancelled\(\)|^\s*(\$\{\{\s*)?false/;
const OTHER_SHELL = /^(pwsh|powershell|cmd|python)/;
const OTHER_SYSTEM = /^(windows|macos)-/;

interface Scope {
  files: RepoFiles;
  list: CommandList;
  path: string;
  /** Working folder; undefined when an expression decides it. */
  dir: string | undefined;
  shell: string;
  depth: number;
  /** The job, as in CiCommand. */
  job?: string;
  seen: Set<string>;
}

/** Reads the GitHub Actions workflows that pull requests (first) and pushes start. */
export function readGitHub(files: RepoFiles, list: CommandList): void {
  const found: { rank: number; path: string; view: YamlView }[] = [];
  for (const path of files.paths.filter(isJudging).slice(0, MAX_WORKFLOWS)) {
    const view = load(files, path, list);
    const rank = view ? triggerRank(view.get('on')) : undefined;
    if (view && rank !== undefined) found.push({ rank, path, view });
  }
  found.sort((a, b) => a.rank - b.rank);
  const seen = new Set<string>();
  for (const { path, view } of found) {
    readWorkflow(view, { files, list, path, dir: '', shell: 'bash', depth: 0, seen });
  }
}

const isJudging = (path: string): boolean =>
  WORKFLOW.test(path) && !OTHER_PURPOSE.test(path.slice(path.lastIndexOf('/')));

function load(files: RepoFiles, path: string, list: CommandList): YamlView | undefined {
  const text = files.read(path);
  if (text === undefined) return undefined;
  try {
    return viewYaml(text);
  } catch (error) {
    list.note(`${path} was not read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** 0 for pull requests, 1 for pushes of branches, undefined for workflows that no change starts. */
function triggerRank(on: YamlView | undefined): number | undefined {
  if (!on) return undefined;
  const names = [on.text(), ...on.items().map((item) => item.text()), ...on.keys()];
  const pulls = names.filter((name) => /^(pull_request|pull_request_target|merge_group)$/.test(name ?? ''));
  if (pulls.some((name) => startsOnChange(on.get(name ?? '')))) return 0;
  const push = on.get('push');
  const isTagsOnly = push?.get('tags') !== undefined && push.get('branches') === undefined;
  return names.includes('push') && !isTagsOnly ? 1 : undefined;
}

function startsOnChange(event: YamlView | undefined): boolean {
  const types = event?.get('types');
  if (!types) return true;
  const names = [types.text(), ...types.items().map((item) => item.text())];
  return names.some((name) => name === 'opened' || name === 'synchronize');
}

function readWorkflow(view: YamlView, scope: Scope): void {
  if (scope.seen.has(scope.path)) return;
  scope.seen.add(scope.path);
  const inner = withDefaults(view, scope);
  for (const [name, job] of view.entriesAt('jobs')) readJob(name, job, inner);
}

function withDefaults(view: YamlView, scope: Scope): Scope {
  const run = view.get('defaults')?.get('run');
  const dir = run?.textAt('working-directory');
  return {
    ...scope,
    shell: run?.textAt('shell') ?? scope.shell,
    dir: dir === undefined ? scope.dir : joinDir('', dir),
  };
}

function isSkipped(view: YamlView): boolean {
  if (NOT_FOR_CHANGES.test(view.textAt('if') ?? '')) return true;
  return view.textAt('continue-on-error') === 'true';
}

/** A workflow of the same repository that a job calls. */
function readCalled(uses: string, scope: Scope): void {
  const path = uses.slice(2);
  if (!uses.startsWith('./') || !WORKFLOW.test(path) || scope.depth >= MAX_CALL_DEPTH) return;
  const view = load(scope.files, path, scope.list);
  if (view) readWorkflow(view, { ...scope, path, dir: '', depth: scope.depth + 1 });
}

function readJob(name: string, job: YamlView, scope: Scope): void {
  if (isSkipped(job) || OTHER_SYSTEM.test(job.textAt('runs-on') ?? '')) return;
  const called = job.textAt('uses');
  if (called !== undefined) return readCalled(called, scope);
  const services = job.entriesAt('services').map(([service]) => service);
  if (services.length > 0) {
    const what = services.slice(0, 5).join(', ');
    scope.list.note(
      `${scope.path} job ${name} starts services (${what}): its tests may not run without them`,
    );
  }
  const title = job.textAt('name');
  const inner = { ...withDefaults(job, scope), job: title === undefined ? name : `${name}: ${title}` };
  for (const step of job.itemsAt('steps')) readStep(step, inner);
}

function readStep(step: YamlView, scope: Scope): void {
  if (isSkipped(step)) return;
  const own = step.textAt('working-directory');
  const dir = own === undefined ? scope.dir : joinDir('', own);
  if (dir === undefined) return;
  const run = step.get('run');
  if (run) {
    // A command that a matrix steers through its environment is another command here.
    if (step.entriesAt('env').some(([, value]) => /\$\{\{.*matrix\./.test(value.text() ?? ''))) return;
    if (!OTHER_SHELL.test(step.textAt('shell') ?? scope.shell))
      readBlock(run, { path: scope.path, dir, job: scope.job, step: step.textAt('name') }, scope.list);
    return;
  }
  const uses = step.get('uses');
  const name = uses?.text();
  if (uses && name?.startsWith('./')) readLocalAction(name, { ...scope, dir });
  else if (uses && name) addAction({ uses: name, line: uses.line() }, step, { ...scope, dir });
}

function addAction(action: { uses: string; line: number }, step: YamlView, scope: Scope): void {
  const inputs = new Map<string, string>();
  for (const [key, value] of step.entriesAt('with')) {
    const text = value.text()?.trim();
    if (text !== undefined && /\$\{\{|[\n;&|`<>]/.test(text)) {
      if (/args|arguments|command|cmd|options/.test(key)) return;
    } else if (text !== undefined) inputs.set(key, text);
  }
  const run = actionCommand(action.uses, inputs);
  const dir = joinDir(scope.dir ?? '', inputs.get('working-directory') ?? '');
  if (run !== undefined && dir !== undefined) {
    scope.list.add({ source: `${scope.path}:${action.line}`, run: inDir(dir, run) });
  }
}

function readLocalAction(uses: string, scope: Scope): void {
  const folder = uses.slice(2).replace(/\/$/, '');
  const path = [`${folder}/action.yml`, `${folder}/action.yaml`].find((name) => scope.files.has(name));
  if (path === undefined || scope.depth >= MAX_CALL_DEPTH) return;
  const view = load(scope.files, path, scope.list);
  for (const step of view?.itemsAt('runs', 'steps') ?? []) {
    readStep(step, { ...scope, path, depth: scope.depth + 1 });
  }
}
