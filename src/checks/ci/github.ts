import type { RepoFiles } from '../check.ts';
import type { CommandList } from './command-list.ts';
import { githubContexts, type ChangeEvent } from './github-contexts.ts';
import { readWorkflow, type Workflow } from './github-workflow.ts';
import { RepoFacts } from './repo-facts.ts';
import { viewYaml, type YamlView } from './yaml-view.ts';

/** Workflows of GitHub, and of Forgejo and Gitea, which read the same language. */
const WORKFLOW = /^\.(github|forgejo|gitea)\/workflows\/[^/]+\.ya?ml$/;
/** Workflows that prove something else than the change: their commands are made for sites, scanners and releases. */
const OTHER_PURPOSE =
  /(^|[/._-])(codeql|docs?|documentation|gh-?pages|pages|website|site|release|publish|deploy|nightly|daily|weekly|bench|benchmarks?|(ci)?fuzz(ing)?|mutation|pitest|scorecards?|stale|label|labeler|autofix|preview|canary|cron)[^/]*$/i;
const MAX_WORKFLOWS = 100;

interface Start {
  event: ChangeEvent;
  /** 0 for pull requests, 1 for pushes of any branch, 2 for pushes of some branches. */
  rank: number;
}

/** Reads the GitHub Actions workflows that pull requests (first) and pushes start. */
export function readGitHub(files: RepoFiles, list: CommandList): void {
  const views = new Map<string, YamlView | undefined>();
  const load = (path: string): YamlView | undefined => {
    if (!views.has(path)) views.set(path, loadYaml(files, path, list));
    return views.get(path);
  };
  const found: (Start & { path: string; view: YamlView })[] = [];
  for (const path of files.paths.filter(isJudging).slice(0, MAX_WORKFLOWS)) {
    const view = load(path);
    const start = view ? startOf(view.get('on')) : undefined;
    if (view && start) found.push({ ...start, path, view });
  }
  found.sort((a, b) => a.rank - b.rank);
  const facts = new RepoFacts(files);
  // What only other systems run is read where nothing runs on Linux.
  for (const foreign of [false, true]) {
    if (foreign && list.hasWork) break;
    const seen = new Set<string>();
    for (const { path, view, event, rank } of found) {
      const contexts = githubContexts(event);
      const workflow: Workflow = {
        facts,
        list,
        path,
        contexts,
        rank,
        depth: 0,
        seen,
        foreign,
        load,
      };
      readWorkflow(view, workflow);
    }
  }
}

/** A workflow that builds or tests, and releases besides. */
const ALSO_JUDGES = /(^|[/._-])(build|tests?|ci|checks?)[._-]+(and[._-])?(release|publish|deploy)/i;

function isJudging(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/'));
  return WORKFLOW.test(path) && (!OTHER_PURPOSE.test(name) || ALSO_JUDGES.test(name));
}

/** A YAML file of the repository; undefined, with a note, when it cannot be read. */
function loadYaml(files: RepoFiles, path: string, list: CommandList): YamlView | undefined {
  const text = files.read(path);
  if (text === undefined) return undefined;
  try {
    return viewYaml(text);
  } catch (error) {
    list.note(`${path} was not read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const PULLS: readonly ChangeEvent[] = ['pull_request', 'pull_request_target', 'merge_group'];

/** Branches to which a release or a deployment is pushed, not a change. */
const OTHER_BRANCH =
  /^(gh-pages|(pre-?)?releases?|publish|deploy|prod(uction)?|staging|nightly|docker|docs?|oldest|binar(y|ies)[\w-]*)$/i;

/** How a change starts a workflow; undefined for workflows that no change starts. */
function startOf(on: YamlView | undefined): Start | undefined {
  if (!on) return undefined;
  const names = [on.text(), ...on.items().map((item) => item.text()), ...on.keys()];
  const pull = PULLS.find((name) => names.includes(name) && startsOnChange(on.get(name)));
  if (pull) return { event: pull, rank: 0 };
  if (!names.includes('push')) return undefined;
  const push = on.get('push');
  if (!startsOnChange(push)) return undefined;
  const branches = push?.get('branches');
  if (branches === undefined) return push?.get('tags') === undefined ? { event: 'push', rank: 1 } : undefined;
  const named = [branches, ...branches.items()].flatMap((item) => item.text() ?? []);
  if (named.length > 0 && named.every((name) => OTHER_BRANCH.test(name))) return undefined;
  const isAny = named.some((name) => /^\*\*?$/.test(name));
  return { event: 'push', rank: isAny ? 1 : 2 };
}

/** Files that are not source code: a workflow for them alone proves something else. */
const NO_SOURCE = /^(\.github\/|action\.ya?ml$|docs?\/|VERSION$|(\*\*\/|\*)?[\w*-]*\.(md|rst|txt)$)/;

function startsOnChange(event: YamlView | undefined): boolean {
  const paths = event?.itemsAt('paths').flatMap((path) => path.text() ?? []) ?? [];
  if (paths.length > 0 && paths.every((path) => NO_SOURCE.test(path))) return false;
  const types = event?.get('types');
  if (!types) return true;
  const names = [types.text(), ...types.items().map((item) => item.text())];
  return names.some((name) => name === 'opened' || name === 'synchronize');
}
