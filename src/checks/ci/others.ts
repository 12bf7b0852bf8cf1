import type { RepoFiles } from '../check.ts';
import { joinDir, readBlock, type CommandList } from './run-block.ts';
import { viewYaml, type YamlView } from './yaml-view.ts';

type Reader = (view: YamlView, path: string, list: CommandList) => void;

/** CI systems whose one file lists shell commands. */
const READERS: Record<string, Reader> = {
  '.gitlab-ci.yml': readGitLab,
  '.circleci/config.yml': readCircle,
  'azure-pipelines.yml': readAzure,
  '.azure-pipelines.yml': readAzure,
};

/** Reads GitLab, CircleCI and Azure pipelines at their usual place. */
export function readOtherCi(files: RepoFiles, list: CommandList): void {
  for (const [path, reader] of Object.entries(READERS)) {
    const text = files.read(path);
    if (text === undefined) continue;
    try {
      const view = viewYaml(text);
      if (view) reader(view, path, list);
    } catch (error) {
      list.note(`${path} was not read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

const GITLAB_WORDS = new Set([
  'default',
  'stages',
  'variables',
  'include',
  'workflow',
  'image',
  'services',
  'cache',
  'pages',
]);

function readGitLab(view: YamlView, path: string, list: CommandList): void {
  const shared = view.get('default')?.get('before_script') ?? view.get('before_script');
  readLines(shared, { path }, list);
  for (const [name, job] of view.entries()) {
    if (name.startsWith('.') || GITLAB_WORDS.has(name) || !isForChanges(job)) continue;
    readLines(job.get('before_script'), { path, job: name }, list);
    readLines(job.get('script'), { path, job: name }, list);
  }
}

function isForChanges(job: YamlView): boolean {
  if (job.textAt('allow_failure') === 'true' || job.textAt('when') === 'manual') return false;
  const only = job.get('only');
  const names = (only?.get('refs') ?? only)?.items().map((item) => item.text()) ?? [];
  if (names.length > 0 && names.every((name) => name === 'tags' || name === 'main' || name === 'master'))
    return false;
  return job.get('environment') === undefined;
}

/** A script is one text or a list, which may hold lists in its turn. */
function readLines(
  lines: YamlView | undefined,
  place: { path: string; job?: string },
  list: CommandList,
): void {
  if (!lines) return;
  const texts = lines.items().flatMap((item) => (item.items().length > 0 ? item.items() : [item]));
  for (const text of texts.length > 0 ? texts : [lines]) readBlock(text, { ...place, dir: '' }, list);
}

function readCircle(view: YamlView, path: string, list: CommandList): void {
  for (const [name, job] of view.entriesAt('jobs')) {
    for (const step of job.itemsAt('steps')) {
      const run = step.get('run');
      const command = run?.get('command') ?? run;
      const dir = joinDir('', (run?.textAt('working_directory') ?? '').replace(/^~\/project\/?/, ''));
      const title = run?.textAt('name');
      if (command && dir !== undefined) readBlock(command, { path, dir, job: name, step: title }, list);
    }
  }
}

function readAzure(view: YamlView, path: string, list: CommandList): void {
  const jobs = [view, ...view.itemsAt('jobs')];
  for (const stage of view.itemsAt('stages')) jobs.push(...stage.itemsAt('jobs'));
  for (const step of jobs.flatMap((job) => job.itemsAt('steps'))) {
    const script = step.get('script') ?? step.get('bash');
    const dir = joinDir('', step.textAt('workingDirectory') ?? '');
    if (!script || dir === undefined || step.textAt('continueOnError') === 'true') continue;
    readBlock(script, { path, dir, step: step.textAt('displayName') }, list);
  }
}
