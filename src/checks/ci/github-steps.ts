import { HOLE } from '../shell-values.ts';
import { actionCommand } from './actions.ts';
import type { CommandList } from './command-list.ts';
import { fillIn, mayHold, type Contexts } from './expression.ts';
import { folderOf, foreignFolder, isCheckout } from './github-folder.ts';
import { envContext, withContext } from './github-contexts.ts';
import { isForgiven, readEnv, readInputs, type Variables } from './github-env.ts';
import type { JobTrail } from './job-trail.ts';
import { joinDir } from './places.ts';
import { readBlock } from './run-block.ts';
import type { YamlView } from './yaml-view.ts';

const MAX_DEPTH = 5;
const POWER_SHELL = /^(pwsh|powershell)/;
const NO_SHELL = /^(cmd|python|perl|node|nu)/;

/** Where the steps of a job, or of an action that it uses, stand. */
export interface StepScope extends Variables {
  list: CommandList;
  path: string;
  contexts: Contexts;
  /** Working folder; undefined when only a run of CI knows it. */
  dir: string | undefined;
  /** Where the job checks the repository out; see homeOf. */
  home: string;
  shell: string;
  trail: JobTrail;
  depth: number;
  load: (path: string) => YamlView | undefined;
  /** Called when a step downloads what another job uploaded. */
  artifact: () => void;
}

/** Reads steps in their order, those in `parallel` lists included. */
export function readSteps(steps: readonly YamlView[], scope: StepScope): void {
  for (const step of steps) {
    const parallel = step.itemsAt('parallel');
    if (parallel.length > 0) readSteps(parallel, scope);
    else readStep(step, scope);
  }
}

function readStep(step: YamlView, scope: StepScope): void {
  const variables = readEnv(step, scope.contexts, scope);
  const contexts = withContext(scope.contexts, 'env', envContext([...variables.env, ...scope.trail.env]));
  if (!mayHold(step.textAt('if'), contexts) || isForgiven(step, contexts)) return;
  const own = step.textAt('working-directory');
  const dir = own === undefined ? scope.dir : folderOf(own, contexts, scope.home);
  const inner = { ...scope, ...variables, contexts, dir };
  const run = step.get('run');
  if (run) return readRun(run, step, inner);
  const uses = step.get('uses');
  const name = uses?.text();
  if (!uses || name === undefined) return;
  const local = /^[.$]\/(.*)$/.exec(name)?.[1];
  if (local !== undefined) readLocalAction(`./${local}`, step, inner);
  else if (isCheckout(step)) scope.trail.needs.bring(foreignFolder(step, contexts, scope.home));
  else if (/(^|\/)download-artifact@/.test(name)) scope.artifact();
  else readAction({ name, line: uses.line() }, step, inner);
}

/** The variables that a text takes as expressions: they need not be set too. */
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\$\{\{[^}]*?\benv\.(\w+)/g)].flatMap(([, name]) => name ?? []);

function readRun(run: YamlView, step: YamlView, scope: StepScope): void {
  const shell = step.textAt('shell') ?? scope.shell;
  const source = run.text();
  if (source === undefined || scope.dir === undefined || NO_SHELL.test(shell)) return;
  const script = fillIn(source, scope.contexts, (hole) => hole.replace(/[^\n]/g, HOLE));
  readBlock(
    script,
    {
      source: (line) => `${scope.path}:${run.line(line)}`,
      dir: scope.dir,
      step: step.textAt('name'),
      variables: { ...scope, versions: new Set([...scope.versions, ...namesIn(source)]) },
      isPowerShell: POWER_SHELL.test(shell),
    },
    scope.trail,
  );
}

function readAction(action: { name: string; line: number }, step: YamlView, scope: StepScope): void {
  const inputs = new Map<string, string>();
  for (const [key, value] of step.entriesAt('with')) {
    const text = fillIn(value.text() ?? '', scope.contexts, () => HOLE).trim();
    const isCommand = /args|arguments|command|cmd|options|run/.test(key);
    if (key === 'globs') inputs.set(key, text);
    else if (/[\n;&|`<>]/.test(text)) {
      if (isCommand) return;
    } else if (isCommand || !text.includes(HOLE)) inputs.set(key, text);
  }
  const run = actionCommand(action.name, inputs);
  if (run === undefined) scope.trail.needs.pass(action.name);
  const dir = joinDir(scope.dir ?? '', inputs.get('working-directory') ?? '');
  if (run === undefined || dir === undefined || scope.dir === undefined) return;
  const source = (): string => `${scope.path}:${action.line}`;
  readBlock(run, { source, dir, step: step.textAt('name'), variables: scope }, scope.trail);
}

/** The steps of an action of the same repository, with its inputs. */
function readLocalAction(uses: string, step: YamlView, scope: StepScope): void {
  const folder = joinDir('', uses);
  if (folder === undefined || scope.depth >= MAX_DEPTH) return;
  const paths = ['action.yml', 'action.yaml'].map((name) => (folder === '' ? name : `${folder}/${name}`));
  for (const path of paths) {
    const view = scope.load(path);
    if (!view) continue;
    const contexts = withContext(
      scope.contexts,
      'inputs',
      readInputs(view.entriesAt('inputs'), step, scope.contexts),
    );
    // A composite action's steps start in the root, whatever its caller's folder.
    readSteps(view.itemsAt('runs', 'steps'), { ...scope, path, contexts, dir: '', depth: scope.depth + 1 });
    return;
  }
}
