import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../domain/errors.ts';
import type { StageReport } from '../domain/report.ts';
import { STEP } from '../domain/progress.ts';
import { StageError } from '../domain/reasons.ts';
import { type Base, chooseBase } from './base-branch.ts';
import { checkOut, type Source, submoduleList } from './checkout.ts';
import type { Hint } from './forges/forge.ts';
import { git, GitError, gitFailure } from './git.ts';
import { fetchLargeFiles, type LfsRepository, wantedOf } from './lfs/fetch.ts';
import { checkLfsUpload, speaksOfLfs } from './lfs/upload.ts';
import { LfsStore } from './lfs/store.ts';
import { checkPush } from './push-preflight.ts';
import { asPublish, gitHint, type Remote, remoteOf, withheldHint } from './repository.ts';
import { filterNotes } from './stored-elsewhere.ts';
import { type Submodule, SubmoduleFetch } from './submodules.ts';
import { handTools } from './tools.ts';
import { inWorkspace, type StageContext, type StagePaths } from './stage-context.ts';

/** The bare copy's folder inside the pristine volume. */
export const pristineRepo = (pristine: string): string => join(pristine, 'repo.git');

/** git's words that a person meets, each with what to do. The first that fits is said. */
const hints = (variable: string): readonly Hint[] => [
  [
    /Authentication failed|could not read Username|401|403|Permission denied|invalid credentials/i,
    `The credential is missing or may not read it: set ${variable}, or check what the token may do.`,
  ],
  [
    /dubious ownership/i,
    'The folder belongs to another user: git config --global --add safe.directory allows it.',
  ],
  [
    /not found|does not exist|does not appear to be a git repository|No such file/i,
    'Check the URL, and that the credential may see it.',
  ],
  [
    /Could not resolve host|Connection refused|timed out|unable to access/i,
    'The host cannot be reached from here: check the URL and the network.',
  ],
  [/No space left/i, 'The disk is full.'],
];

const cloneFailure = (context: StageContext, url: string, remote: Remote, cause: unknown): StageError => {
  const hint = withheldHint(remote, cause) ?? gitHint(context, cause, hints);
  const sentence = [`Cloning ${url} failed.`, hint].filter(Boolean).join(' ');
  return gitFailure('CloneFailed', sentence, cause);
};

/**
 * The clone stage: a pristine bare copy that the work stage never sees, and, copied from it object by object, a repository and a checkout for
 * the work stage. Starts from nothing each time, so running it again is harmless.
 */
export async function clone(context: StageContext): Promise<StageReport> {
  const { paths, log, input, signal } = context;
  const url = input.spec.repos?.[0]?.input?.url ?? '';
  log.step('initializing');
  const tools = context.env['BGTASK_TOOLS'];
  if (tools) await handTools(tools);
  const pristine = pristineRepo(paths.pristine);
  const work = await emptyFolders(paths);
  const remote = remoteOf(context, url);
  log.step('cloning', url);
  let base: Base;
  let refs: string;
  try {
    refs = await git(
      ['ls-remote', '--symref', ...remote.fetchFlags, '--', remote.url, 'HEAD', 'refs/heads/*'],
      remote.options,
    );
    base = chooseBase(refs, url, input.spec.repos?.[0]?.input?.branch);
    const format = base.commit.length === 64 ? 'sha256' : 'sha1';
    await git([
      'init',
      '--quiet',
      '--bare',
      `--object-format=${format}`,
      `--initial-branch=${base.branch}`,
      pristine,
    ]);
    const ref = `refs/heads/${base.branch}`;
    const flags = ['--quiet', '--no-tags', '--update-shallow', ...remote.fetchFlags];
    await git(['fetch', ...flags, '--', remote.url, `+${ref}:${ref}`, '+refs/tags/*:refs/tags/*'], {
      ...remote.options,
      gitDir: pristine,
    });
    base.commit = await git(['rev-parse', '--verify', `${ref}^{commit}`], { gitDir: pristine });
  } catch (error) {
    signal.throwIfAborted();
    throw (await partialFailure(url, remote, error)) ?? cloneFailure(context, url, remote, error);
  }
  await checkPush(context, { pristine, remote, refs, base: base.commit });
  const modules = await new SubmoduleFetch(context, work.modules).all(pristine, base.commit, url);
  await writeFile(submoduleList(work.modules), JSON.stringify(modules), { mode: 0o600 });
  await handOver(pristine, work, base.branch, url);
  await largeFiles(context, { pristine, work, base: base.commit, url, modules });
  const checkout = { gitDir: join(work.checkout, '.git'), workTree: work.checkout };
  for (const note of await filterNotes(base.commit, checkout)) log.line(note);
  if (paths.proof) await copyFolder(paths.workspace, paths.proof);
  log.line(`Base is ${base.commit.slice(0, 12)} of ${base.branch}`);
  log.step('cloned');
  return { stage: 'clone', ok: true, progress: STEP.cloned.progress, base: base.commit };
}

/** Copies the workspace for the stage that proves the change. Throws CloneFailed. */
async function copyFolder(from: string, to: string): Promise<void> {
  try {
    for (const name of await readdir(from))
      await cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true, force: true });
  } catch (error) {
    throw new StageError('CloneFailed', `The checkout cannot be copied: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Makes the stages' folders, in place of what an earlier run left. */
async function emptyFolders({ pristine, workspace }: StagePaths): Promise<ReturnType<typeof inWorkspace>> {
  const work = inWorkspace(workspace);
  const out = dirname(work.report);
  const { base, modules, lfs, checkout, phases, home, tmp } = work;
  for (const folder of [pristineRepo(pristine), base, modules, lfs, checkout, phases, home, tmp, out])
    await rm(folder, { recursive: true, force: true });
  for (const folder of [pristine, workspace, modules, home, tmp, out])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  return work;
}

interface Cloned {
  pristine: string;
  work: ReturnType<typeof inWorkspace>;
  base: string;
  url: string;
  modules: readonly Submodule[];
}

/** Fills the files of Git LFS, and makes sure that a change of such a file could be uploaded. Throws CloneFailed and PushDenied. */
async function largeFiles(
  context: StageContext,
  { pristine, work, base, url, modules }: Cloned,
): Promise<void> {
  const own: LfsRepository = { folder: work.checkout, path: '', url, gitDir: pristine, commit: base };
  const others = modules.map((module) => ({
    ...module,
    folder: join(work.checkout, module.path),
    gitDir: join(work.modules, module.copy),
  }));
  const [have] = (await wantedOf(context, own)).wanted;
  if (have || (await speaksOfLfs(pristine, base)))
    await checkLfsUpload(asPublish(context), { url, gitDir: pristine, base }, have?.pointer);
  await fetchLargeFiles(context, [own, ...others], new LfsStore(work.lfs));
}

/** The failure of a partial clone: git calls the objects that were left out a corruption. */
async function partialFailure(
  url: string,
  { local }: Remote,
  cause: unknown,
): Promise<StageError | undefined> {
  if (!local || !(cause instanceof GitError)) return undefined;
  const folder = url.startsWith('file:') ? fileURLToPath(url) : url;
  const inner = join(folder, '.git');
  const gitDir = existsSync(inner) ? inner : folder;
  // It exits with 1 when there is none.
  const partial = await git(
    ['config', '--get-regexp', '^(remote\\..*\\.promisor|extensions\\.partialclone)$'],
    {
      gitDir,
    },
  ).catch(() => '');
  if (!partial) return undefined;
  return new StageError(
    'CloneFailed',
    `${url} is a partial clone (git clone --filter), which lacks objects that only its origin has. Give the URL that it was cloned from, as git remote get-url origin says.`,
    { cause },
  );
}

/** The work stage's own repository, without hard links into the pristine one, and a checkout that borrows its objects. */
async function handOver(
  pristine: string,
  work: Source & { checkout: string },
  branch: string,
  url: string,
): Promise<void> {
  try {
    const from = pathToFileURL(pristine).href;
    await git(['clone', '--quiet', '--bare', '--no-local', `--branch=${branch}`, from, work.base]);
    await git(['remote', 'remove', 'origin'], { gitDir: work.base });
    await checkOut(work, work.checkout);
    await git(['remote', 'set-url', 'origin', url], { gitDir: join(work.checkout, '.git') });
  } catch (error) {
    throw gitFailure('CloneFailed', 'Checking out the repository failed.', error);
  }
}
