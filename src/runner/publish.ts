import { join } from 'node:path';
import type { RepoStatus } from '../api/types.ts';
import { branchName } from '../api/names.ts';
import { STEP } from '../domain/progress.ts';
import { pullRequestBody, type PullRequestFacts, pullRequestTitle } from '../domain/pull-request.ts';
import { messageOf } from '../domain/errors.ts';
import { StageError } from '../domain/reasons.ts';
import type { StageReport } from '../domain/report.ts';
import { eachText } from '../domain/text.ts';
import { type ReadFirst, readFirst } from '../domain/read-first.ts';
import { isProven, NO_VERDICT } from '../domain/verdict.ts';
import { Change, type BranchState } from './change.ts';
import { pristineRepo } from './clone.ts';
import type { Forge } from './forges/forge.ts';
import { allAgents } from './agents/table.ts';
import { forgeFor } from './forges/table.ts';
import { git } from './git.ts';
import { houseRules } from './house-rules.ts';
import { readHandover, takeIn } from './handover.ts';
import { LfsStore } from './lfs/store.ts';
import { uploadLargeFiles } from './lfs/upload.ts';
import { findPushed, pushChange } from './push.ts';
import { remoteOf } from './repository.ts';
import { inWorkspace, type StageContext } from './stage-context.ts';
import { concernsTests } from './work/test-files.ts';

/** The branch that the pristine copy was made of: the base. */
const baseBranch = async (pristine: string): Promise<string> =>
  (await git(['symbolic-ref', 'HEAD'], { gitDir: pristine })).replace(/^refs\/heads\//, '');

/**
 * The publish stage: one commit of the checked files on the base, pushed, and a pull request. Holds the git credential and runs no code from the
 * repository: it never works where the agent was. Running it again finds the branch and the pull request of before and makes no other.
 */
export async function publish(context: StageContext): Promise<StageReport> {
  const { paths, input, signal } = context;
  const pristine = pristineRepo(paths.pristine);
  const handed = await handedOver(context);
  const { snapshot } = handed;
  if (handed.changed === false) return nothingToDo(context);
  if (!handed.changed || !snapshot)
    throw new StageError(
      'RunnerLost',
      'The work stage did not report whether there is a change, so nothing is published. Retry the task.',
    );
  const branch = await baseBranch(pristine);
  const checkedBase = await git(['rev-parse', '--verify', `refs/heads/${branch}^{commit}`], {
    gitDir: pristine,
  });
  await takeIn(context, { workspace: paths.workspace, gitDir: pristine, snapshot, base: checkedBase });
  const url = input.spec.repos?.[0]?.input?.url ?? '';
  const remote = remoteOf(context, url);
  const change = new Change({ context, remote, pristine, branch, checkedBase, snapshot });
  const tip = await change.fetchBase();
  const stateOf = (commit: string): Promise<BranchState> => change.stateOf(commit, tip);
  const earlier = await findPushed(context, { pristine, remote, stateOf });
  const commit = earlier?.isSame ? earlier.commit : await change.build(tip);
  if (!commit) return nothingToDo(context);
  // Before the push: a missing credential is better found while nothing has happened yet.
  const forge = await forgeOf(context);
  signal.throwIfAborted();
  if (!earlier?.isSame) {
    const store = new LfsStore(inWorkspace(paths.workspace).lfs);
    await uploadLargeFiles(context, {
      url,
      gitDir: pristine,
      base: await change.parentOf(commit),
      commit,
      store,
    });
    await pushChange(context, { pristine, remote, commit, replaces: earlier?.commit });
  }
  const isReplaced = earlier !== undefined && !earlier.isSame;
  return finish(context, { change, commit, branch, handed, forge, isReplaced });
}

/** Returns the report to publish. Throws RunnerLost if it is missing or is not valid. */
async function handedOver({ paths }: StageContext): Promise<StageReport> {
  const made = await readHandover(paths.workspace);
  return paths.proof ? provedOf(made, await readHandover(paths.proof, 'prove')) : made;
}

/** What the stage that made the change says of itself, with the proof of the one that judged it. Throws RunnerLost for a proof of another change. */
function provedOf(made: StageReport, proof: StageReport): StageReport {
  if (proof.changed !== made.changed || proof.snapshot !== made.snapshot)
    throw new StageError(
      'RunnerLost',
      'The checks ran on another change than the one that was handed over, so nothing is published. Retry the task.',
    );
  const { checks, verdict, room } = proof;
  return { ...made, checks, verdict, room };
}

/** What is done once the branch is there; whatever goes wrong now, the report names the branch. */
async function finish(context: StageContext, done: Pushed): Promise<StageReport> {
  const { log, input, signal } = context;
  let repo: RepoStatus = { status: 'pushed', branch: branchName(input.task.name), commit: done.commit };
  try {
    log.step('pushed', repo.branch);
    const diff = await done.change.size(done.commit);
    repo = { ...repo, ...diff };
    signal.throwIfAborted();
    const opened = await open(context, done, diff);
    log.step('published', opened.url);
    return report({ ...repo, prUrl: opened.url, prCreatedAt: opened.createdAt });
  } catch (error) {
    throw new PublishError(error, repo);
  }
}

/** A failure after the push: the branch is there, and the report says so. */
export class PublishError extends StageError {
  readonly repo: RepoStatus;
  constructor(cause: unknown, repo: RepoStatus) {
    const [reason, sentence] =
      cause instanceof StageError
        ? [cause.reason, cause.message]
        : ([
            'PullRequestFailed',
            `The branch is pushed, and its pull request failed: ${messageOf(cause)}`,
          ] as const);
    super(reason, sentence, { cause });
    this.repo = repo;
  }
}

interface Pushed {
  change: Change;
  commit: string;
  branch: string;
  handed: StageReport;
  forge: Forge;
  /** True when an earlier run pushed another change, for which there may be a pull request. */
  isReplaced: boolean;
}

async function forgeOf({ input, log, secrets, env, paths, signal }: StageContext): Promise<Forge> {
  const { task, spec } = input;
  const repository = spec.repos?.[0]?.input?.url ?? '';
  const outputDir = join(paths.pullRequests, task.project);
  return forgeFor(repository, env).create(
    {
      repository,
      task: task.name,
      token: secrets.forgeToken,
      outputDir,
      log: (line) => log.line(line),
      signal,
    },
    env,
  );
}

async function open(
  context: StageContext,
  { change, commit, branch, handed, forge, isReplaced }: Pushed,
  diff: { files: number; added: number; removed: number },
): Promise<{ url: string; createdAt: string }> {
  const { input, log } = context;
  const { task, spec } = input;
  const verdict = handed.verdict ?? NO_VERDICT;
  const parent = await change.parentOf(commit);
  const { template } = await houseRules(pristineRepo(context.paths.pristine), parent);
  // Each text on its own: what looks like a secret across two of them would take away what stands between.
  const facts = eachText<PullRequestFacts>(
    {
      ...task,
      spec,
      checks: (handed.checks ?? []).map((check) => ({ ...check })),
      verdict,
      room: handed.room ?? 'none',
      checkedBase: change.checkedBase,
      base: parent,
      diff,
      template,
      readFirst: await filesToReadFirst(context, { change, commit, parent, handed }),
      usage: handed.usage,
      summary: handed.summary,
      ...(task.retryCount > 0 && { retry: { count: task.retryCount, of: task.retryOf ?? task.name } }),
      ...(input.pageUrl && { pageUrl: input.pageUrl }),
    },
    (text) => log.clean(text),
  );
  const opened = await forge.open({
    branch: branchName(task.name),
    base: branch,
    title: pullRequestTitle(facts),
    body: pullRequestBody(facts),
    options: { ...spec.pullRequest, ...(!isProven(verdict) && { draft: true }) },
    patch: await change.patch(commit),
    isReplaced,
  });
  for (const warning of opened.warnings) log.line(warning);
  return opened;
}

/** Files in which a repository writes its own commands. */
const COMMAND_FILES: readonly string[] = [
  'package.json',
  'composer.json',
  'Makefile',
  'justfile',
  'tox.ini',
  '.bgtask.yaml',
];

/** What a reviewer reads first: told from the change itself and the base, not from what the work stage says of them. */
async function filesToReadFirst(
  { paths }: StageContext,
  { change, commit, parent, handed }: Pick<Pushed, 'change' | 'commit' | 'handed'> & { parent: string },
): Promise<ReadFirst> {
  const gitDir = pristineRepo(paths.pristine);
  // All lines of these files, by one process; it fails where none of them exists.
  const lines = [
    'grep',
    '-h',
    '-I',
    '-e',
    '',
    parent,
    '--',
    ...COMMAND_FILES.map((path) => `:(literal)${path}`),
  ];
  const texts = await git(lines, { gitDir }).catch(() => '');
  const commands = [texts, ...(handed.checks ?? []).map(({ command = '' }) => command)];
  return readFirst(await change.paths(commit), {
    isTest: (path) => concernsTests([path]),
    commands,
    instructions: (await allAgents()).flatMap(({ instructions: files }) => files ?? []),
  });
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
