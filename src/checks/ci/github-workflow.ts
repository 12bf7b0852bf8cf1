import { data } from '@actions/expressions';
import type { CommandList } from './command-list.ts';
import { mayHold, textOf, type Contexts } from './expression.ts';
import { envContext, withContext } from './github-contexts.ts';
import { isForgiven, readEnv, readInputs, type Variables } from './github-env.ts';
import { readSteps, type StepScope } from './github-steps.ts';
import { JobTrail } from './job-trail.ts';
import { isForeignText, matrixRows } from './matrix.ts';
import { needsContext } from './paths-filter.ts';
import { folderOf, homeOf } from './github-folder.ts';
import type { RepoFacts } from './repo-facts.ts';
import type { YamlView } from './yaml-view.ts';

const CALLED = /^[.$]\/(\.(github|forgejo|gitea)\/workflows\/[^/]+\.ya?ml)$/;
/** Images of a language or a distribution, or one that only CI knows. */
const USUAL_IMAGE =
  /^$|^(docker\.io\/|public\.ecr\.aws\/docker\/)?(library\/)?(node|python|golang|rust|ruby|php|elixir|erlang|swift|dart|maven|gradle|eclipse-temurin|openjdk|ubuntu|debian|fedora|alpine|archlinux|gcc|haskell|ocaml\/\w+|julia|denoland\/deno|oven\/bun|mcr\.microsoft\.com\/dotnet\/\S+|mcr\.microsoft\.com\/playwright)(:|@|$)/;
const MAX_CALL_DEPTH = 4;
/** Workflows that are read, each counted for each set of inputs. */
const MAX_READ = 200;

/** What is known while a workflow is read. */
export interface Workflow {
  facts: RepoFacts;
  list: CommandList;
  path: string;
  contexts: Contexts;
  /** How near the workflow is to a change; see Entry. */
  rank: number;
  depth: number;
  /** Workflows that were read, with their inputs. */
  seen: Set<string>;
  /** True when jobs of other systems are read too. */
  foreign: boolean;
  /** A YAML file of the repository; undefined when it cannot be read. */
  load: (path: string) => YamlView | undefined;
}

/** Variables, folder and shell that a workflow or a job sets for its steps. */
type Defaults = Variables & Pick<StepScope, 'dir' | 'home' | 'shell'>;

/** Reads the jobs of a workflow. */
export function readWorkflow(view: YamlView, workflow: Workflow): void {
  const inputs = workflow.contexts.get('inputs');
  const key = `${workflow.path} ${JSON.stringify(inputs, data.replacer)}`;
  if (workflow.seen.has(key) || workflow.seen.size > MAX_READ) return;
  workflow.seen.add(key);
  const defaults = withDefaults(view, workflow.contexts, {
    env: [],
    versions: new Set(),
    open: new Set(),
    dir: '',
    home: '',
    shell: 'bash',
  });
  const jobs = new Map(view.entriesAt('jobs'));
  for (const [name, job] of jobs) readJob({ name, job, jobs }, workflow, defaults);
}

function withDefaults(view: YamlView, contexts: Contexts, outer: Defaults): Defaults {
  const run = view.get('defaults')?.get('run');
  const own = run?.textAt('working-directory');
  const variables = readEnv(view, contexts, outer);
  const inside = withContext(contexts, 'env', envContext(variables.env));
  const home = homeOf(view.itemsAt('steps'), inside);
  return {
    ...variables,
    shell: run?.textAt('shell') ?? outer.shell,
    dir: own === undefined ? outer.dir : folderOf(own, inside, home),
    home,
  };
}

interface Named {
  name: string;
  job: YamlView;
  jobs: ReadonlyMap<string, YamlView>;
}

function readJob(named: Named, workflow: Workflow, defaults: Defaults): void {
  const { name, job, jobs } = named;
  const needs = withContext(workflow.contexts, 'needs', needsContext(job, jobs));
  const outer = withContext(needs, 'env', envContext(defaults.env));
  const uses = job.textAt('uses');
  for (const row of matrixRows(job, outer, workflow.foreign)) {
    const contexts = withContext(outer, 'matrix', row);
    if (!mayHold(job.textAt('if'), contexts) || isForgiven(job, contexts)) continue;
    if (uses !== undefined) readCalled(uses, job, { ...workflow, contexts });
    else if (workflow.foreign || !runsElsewhere(job, contexts))
      readRow(named, workflow, withDefaults(job, contexts, defaults), contexts);
  }
  const services = job.entriesAt('services').map(([service]) => service);
  if (services.length > 0) {
    const what = services.slice(0, 5).join(', ');
    workflow.list.note(
      `${workflow.path} job ${name}: CI starts ${what} for its tests; here it must be provided`,
    );
  }
}

function runsElsewhere(job: YamlView, contexts: Contexts): boolean {
  const runsOn = job.get('runs-on');
  const labels = [
    runsOn,
    ...(runsOn?.items() ?? []),
    runsOn?.get('labels'),
    ...(runsOn?.itemsAt('labels') ?? []),
  ];
  return labels.some((label) => isForeignText(textOf(label?.text() ?? '', contexts) ?? ''));
}

function readRow(
  { name, job, jobs }: Named,
  workflow: Workflow,
  defaults: Defaults,
  contexts: Contexts,
): void {
  const title = job.textAt('name');
  const filled = title === undefined ? undefined : (textOf(title, contexts) ?? title);
  const about = { job: filled === undefined ? name : `${name}: ${filled}`, rank: workflow.rank };
  const trail = new JobTrail(workflow.facts, about);
  const scope: StepScope = {
    ...defaults,
    list: workflow.list,
    path: workflow.path,
    contexts,
    trail,
    depth: 0,
    load: workflow.load,
    artifact: () => takeOver(job, jobs, scope),
  };
  const image = job.textAt('container') ?? job.textAt('container', 'image');
  if (image !== undefined && !USUAL_IMAGE.test(textOf(image, contexts) ?? '')) trail.needs.image = image;
  readSteps(job.itemsAt('steps'), scope);
  trail.close(workflow.list);
}

/** What the jobs before this one made and hand over as artifacts. */
function takeOver(job: YamlView, jobs: ReadonlyMap<string, YamlView>, scope: StepScope): void {
  const needs = job.get('needs');
  const names = [needs?.text(), ...(needs?.items() ?? []).map((item) => item.text())].filter(
    (one) => one !== undefined,
  );
  for (const name of names) {
    const steps = jobs.get(name)?.itemsAt('steps') ?? [];
    const upload = steps.findIndex((step) => /upload-artifact/.test(step.textAt('uses') ?? ''));
    if (upload < 0) continue;
    const trail = scope.trail.fork();
    readSteps(steps.slice(0, upload), { ...scope, trail, artifact: () => undefined });
    // What it made is made again here, so nothing is missing.
    const isMade = trail.made.some(({ installs }) => installs === undefined);
    if (isMade) return scope.trail.takeOver(trail.made);
    scope.trail.needs.need(`what job ${name} made`);
  }
  scope.trail.needs.need('an artifact of another run');
}

const GOLANGCI = /^\.golangci\.(ya?ml|toml|json)$/;

/** A linter's workflow of another repository is not legible; the linter that this one configures is. */
function readRemote(uses: string, job: YamlView, { facts, list, path, rank }: Workflow): void {
  const isLint = /lint/i.test(uses.replace(/^.*\/workflows\//, '').replace(/@.*$/, ''));
  if (!isLint || !facts.files.has('go.mod') || !facts.files.paths.some((name) => GOLANGCI.test(name))) return;
  const trail = new JobTrail(facts, { job: 'lint', rank });
  const source = `${path}:${job.get('uses')?.line() ?? 1}`;
  const line = { source, run: 'golangci-lint run', dir: '', step: undefined, env: [] };
  trail.add({ ...line, block: trail.openBlock() });
  trail.close(list);
}

/** A workflow of the same repository that a job calls, with its inputs. */
function readCalled(uses: string, job: YamlView, workflow: Workflow): void {
  const path = CALLED.exec(uses)?.[1];
  if (path === undefined) {
    if (!/^[.$]\//.test(uses)) readRemote(uses, job, workflow);
    if (!/^[.$]\//.test(uses))
      workflow.list.note(`${workflow.path} calls ${uses}, which is not read: it is in another repository`);
    return;
  }
  const view = workflow.depth >= MAX_CALL_DEPTH ? undefined : workflow.load(path);
  if (!view) return;
  const declared = view.get('on')?.get('workflow_call')?.entriesAt('inputs') ?? [];
  const inputs = readInputs(declared, job, workflow.contexts);
  const contexts = withContext(workflow.contexts, 'inputs', inputs);
  readWorkflow(view, { ...workflow, path, contexts, depth: workflow.depth + 1 });
}
