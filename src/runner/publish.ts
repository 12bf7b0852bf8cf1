import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepoStatus } from '../api/types.ts';
import { branchName } from '../api/names.ts';
import { STEP } from '../domain/progress.ts';
import { pullRequestBody, pullRequestTitle } from '../domain/pull-request.ts';
import { StageError } from '../domain/reasons.ts';
import { parseReport, REPORT_MAX_BYTES, type StageReport } from '../domain/report.ts';
import { Change } from './change.ts';
import { pristineRepo } from './clone.ts';
import type { Forge } from './forges/forge.ts';
import { forgeFor } from './forges/table.ts';
import { git, gitFailure } from './git.ts';
import { pushChange } from './push.ts';
import { remoteOf } from './repository.ts';
import { SNAPSHOT_REF } from './snapshot.ts';
import { inWorkspace, type StageContext } from './stage-context.ts';

/** Bytes of a bundle that publish takes in; GitHub refuses pushes over 2 GiB. */
const BUNDLE_MAX = 2_147_483_648;

/** What the work stage handed over, read as data: a regular file of at most a report's size, held to the report's schema. */
async function readHandover(path: string): Promise<StageReport> {
  const stat = await lstat(path).catch(() => undefined);
  const text = stat?.isFile() && stat.size <= REPORT_MAX_BYTES ? await readFile(path, 'utf8') : undefined;
  const report = parseReport('work', text);
  if (!report?.ok) throw new StageError('RunnerLost', 'The work stage left no readable report, so nothing is published. Retry the task.');
  return report;
}

/** Takes the snapshot's objects into the pristine copy, checked by git's fsck, from a file: no git runs where the agent was. */
async function takeIn(context: StageContext, pristine: string, snapshot: string): Promise<void> {
  const { bundle } = inWorkspace(context.paths.workspace);
  const stat = await lstat(bundle).catch(() => undefined);
  if (!stat?.isFile() || stat.size > BUNDLE_MAX)
    throw new StageError('RunnerLost', 'The work stage left no readable change, so nothing is published. Retry the task.');
  try {
    await git(['fetch', '--quiet', '--no-tags', '--', bundle, `+${SNAPSHOT_REF}:${SNAPSHOT_REF}`], {
      gitDir: pristine,
      signal: context.signal,
      config: [['fetch.fsckObjects', 'true']],
    });
    const taken = await git(['rev-parse', '--verify', `${SNAPSHOT_REF}^{commit}`], { gitDir: pristine });
    if (taken !== snapshot) throw new StageError('RunnerLost', 'The change is another than the one that was checked, so nothing is published.');
  } catch (error) {
    context.signal.throwIfAborted();
    throw gitFailure('RunnerLost', 'The change that the work stage left cannot be read, so nothing is published.', error);
  }
}

/** The branch that the pristine copy was made of: the base. */
const baseBranch = async (pristine: string): Promise<string> =>
  (await git(['symbolic-ref', 'HEAD'], { gitDir: pristine })).replace(/^refs\/heads\//, '');

/**
 * The publish stage: one commit of the checked files on the base, pushed, and a pull request. Holds the git credential and runs no code from the
 * repository: it never works where the agent was. Running it again finds the branch and the pull request of before and makes no other.
 */
export async function publish(context: StageContext): Promise<StageReport> {
  const { paths, input, log } = context;
  const pristine = pristineRepo(paths.pristine);
  const handed = await readHandover(inWorkspace(paths.workspace).report);
  if (!handed.snapshot) return nothingToDo(context);
  const branch = await baseBranch(pristine);
  const checkedBase = await git(['rev-parse', '--verify', `refs/heads/${branch}^{commit}`], { gitDir: pristine });
  await takeIn(context, pristine, handed.snapshot);
  const remote = remoteOf(context, input.spec.repos?.[0]?.input?.url ?? '');
  const change = new Change({ context, remote, pristine, branch, checkedBase, snapshot: handed.snapshot });
  const commit = await change.build();
  if (!commit) return nothingToDo(context);
  // Before the push: a missing credential is better found while nothing has happened yet.
  const forge = await forgeOf(context);
  const pushed = await pushChange(context, { pristine, remote, commit });
  log.step('pushed', branchName(input.task.name));
  const diff = await change.size(pushed);
  const repo: RepoStatus = { status: 'pushed', branch: branchName(input.task.name), commit: pushed, ...diff };
  try {
    const opened = await open(context, forge, { change, pushed, branch, handed, diff });
    log.step('published', opened.url);
    return report({ ...repo, prUrl: opened.url, prCreatedAt: opened.createdAt });
  } catch (error) {
    if (error instanceof StageError) throw new PublishError(error, repo);
    throw error;
  }
}

/** A failure after the push: the branch is there, and the report says so. */
export class PublishError extends StageError {
  readonly repo: RepoStatus;
  constructor(cause: StageError, repo: RepoStatus) {
    super(cause.reason, cause.message, { cause });
    this.repo = repo;
  }
}

interface Opening {
  change: Change;
  pushed: string;
  branch: string;
  handed: StageReport;
  diff: { files: number; added: number; removed: number };
}

async function forgeOf({ input, log, secrets, env, paths }: StageContext): Promise<Forge> {
  const { task, spec } = input;
  const repository = spec.repos?.[0]?.input?.url ?? '';
  const outputDir = join(paths.pullRequests, task.project);
  return forgeFor(repository, env).create(
    { repository, task: task.name, token: secrets.forgeToken, outputDir, log: (line) => log.line(line) },
    env,
  );
}

async function open(
  context: StageContext,
  forge: Forge,
  { change, pushed, branch, handed, diff }: Opening,
): Promise<{ url: string; createdAt: string }> {
  const { input, log } = context;
  const { task, spec } = input;
  const opened = await forge.open({
    branch: branchName(task.name),
    base: branch,
    title: log.clean(pullRequestTitle({ name: task.name, spec })),
    body: log.clean(
      pullRequestBody({
        ...task,
        spec,
        checks: (handed.checks ?? []).map((check) => ({ ...check })),
        checkedBase: change.checkedBase,
        base: await change.parentOf(pushed),
        diff,
        usage: handed.usage,
        summary: handed.summary,
        ...(task.retryCount > 0 && { retry: { count: task.retryCount, of: task.retryOf ?? task.name } }),
        ...(input.pageUrl && { pageUrl: input.pageUrl }),
      }),
    ),
    options: spec.pullRequest ?? {},
    patch: await change.patch(pushed),
  });
  for (const warning of opened.warnings) log.line(warning);
  return opened;
}

const report = (repo: RepoStatus): StageReport => ({
  stage: 'publish',
  ok: true,
  progress: STEP.published.progress,
  repo: repo as StageReport['repo'],
});

function nothingToDo(context: StageContext): StageReport {
  context.log.step('unchanged');
  return report({ status: 'nodiff' });
}
