import { JobTrail } from './job-trail.ts';
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
  for (const [name, job] of root.entriesAt('jobs')) {
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
