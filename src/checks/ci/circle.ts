import { JobTrail } from './job-trail.ts';
import { isForeignText } from './matrix.ts';
import type { Pipeline } from './pipeline.ts';
import { joinDir } from './places.ts';
import { readYamlBlock, variablesOf } from './yaml-block.ts';
import type { YamlView } from './yaml-view.ts';

const MAX_DEPTH = 4;

interface Scope {
  root: YamlView;
  path: string;
  trail: JobTrail;
  dir: string | undefined;
  env: [string, string][];
  /** The parameters of the job or command, as they are by default. */
  parameters: ReadonlyMap<string, string>;
  depth: number;
}

/** Reads the jobs of a CircleCI pipeline and the commands that they share. */
export function readCircle(root: YamlView, { path, facts, list }: Pipeline): void {
  const started = startedJobs(root);
  for (const [name, job] of root.entriesAt('jobs')) {
    if ((started && !started.has(name)) || runsElsewhere(job)) continue;
    const trail = new JobTrail(facts, { job: name, rank: 0 });
    const scope = {
      root,
      path,
      trail,
      dir: folder(job.textAt('working_directory')),
      env: variablesOf(job.get('environment')),
    };
    readSteps(job.itemsAt('steps'), { ...scope, parameters: defaults(job), depth: 0 });
    trail.close(list);
  }
}

/** The jobs that workflows start for any change; undefined if the file does not define workflows. */
function startedJobs(root: YamlView): Set<string> | undefined {
  const workflows = root.entriesAt('workflows').filter(([, workflow]) => workflow.get('jobs'));
  if (workflows.length === 0) return undefined;
  const forChanges = workflows.filter(([, workflow]) => !workflow.get('triggers'));
  const names = forChanges.flatMap(([, workflow]) =>
    workflow.itemsAt('jobs').flatMap((item) => {
      const name = item.text() ?? item.keys()[0] ?? '';
      return isForAnyBranch(item.get(name)) ? [name] : [];
    }),
  );
  return new Set(names);
}

const isAny = (pattern: string): boolean => /^\/\^?\.\*\$?\/$/.test(pattern);

/** False for a job of some branches alone, of tags, and for one that only a person starts. */
function isForAnyBranch(options: YamlView | undefined): boolean {
  if (options?.textAt('type') === 'approval') return false;
  const branches = options?.get('filters')?.get('branches');
  const namesOf = (key: string): string[] => {
    const list = branches?.get(key);
    return [list, ...(list?.items() ?? [])].flatMap((one) => one?.text() ?? []);
  };
  const only = namesOf('only');
  return !namesOf('ignore').some(isAny) && (only.length === 0 || only.some(isAny));
}

const runsElsewhere = (job: YamlView): boolean =>
  job.get('macos') !== undefined ||
  isForeignText(job.textAt('executor', 'name') ?? job.textAt('executor') ?? '');

const folder = (text = ''): string | undefined =>
  joinDir('', text.replace(/^~\/(project|repo)\/?/, '').replace(/^~\/[^/]+$/, ''));

const defaults = (view: YamlView): Map<string, string> =>
  new Map(
    view.entriesAt('parameters').flatMap(([name, parameter]): [string, string][] => {
      const text = parameter.textAt('default');
      return text === undefined ? [] : [[name, text]];
    }),
  );

function readSteps(steps: readonly YamlView[], scope: Scope): void {
  for (const step of steps) {
    readSteps([...step.itemsAt('when', 'steps'), ...step.itemsAt('unless', 'steps')], scope);
    if (step.get('attach_workspace')) scope.trail.needs.need('what another job made');
    const run = step.get('run');
    if (run) readRun(run, scope);
    else readShared(step, scope);
  }
}

function readRun(run: YamlView, scope: Scope): void {
  const command = run.get('command') ?? run;
  const own = run.textAt('working_directory');
  const dir = own === undefined ? scope.dir : folder(own);
  const env = [...scope.env, ...variablesOf(run.get('environment'))];
  const fill = (text: string): string =>
    text.replace(
      /<<\s*parameters\.([\w-]+)\s*>>/g,
      (whole, name: string) => scope.parameters.get(name) ?? whole,
    );
  readYamlBlock(command, { path: scope.path, dir, step: run.textAt('name'), env }, scope.trail, fill);
}

/** A step that is the name of a shared command, alone or with parameters. */
function readShared(step: YamlView, scope: Scope): void {
  const name = step.text() ?? step.keys()[0] ?? '';
  const command = scope.root.get('commands')?.get(name);
  if (!command || scope.depth >= MAX_DEPTH) return;
  const given = variablesOf(step.get(name));
  const parameters = new Map([...defaults(command), ...given]);
  readSteps(command.itemsAt('steps'), { ...scope, parameters, depth: scope.depth + 1 });
}
