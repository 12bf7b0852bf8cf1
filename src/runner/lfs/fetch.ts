import { StageError } from '../../domain/reasons.ts';
import { readable } from '../git.ts';
import type { StageContext } from '../stage-context.ts';
import { submoduleContext } from '../submodule-remote.ts';
import { readLfsConfig } from './config.ts';
import { fillPointers, inCheckout } from './fill.ts';
import { LfsError } from './lfs-error.ts';
import { inBytes, LIMITS } from './limits.ts';
import { sourceFor } from './source-for.ts';
import type { LfsStore } from './store.ts';
import { type Tracked, trackedPointers } from './tracked.ts';

/** A repository of the checkout: the task's own, or a submodule. */
export interface LfsRepository {
  /** Its checkout. */
  folder: string;
  /** For people: its path in the checkout, empty for the task's own. */
  path: string;
  url: string;
  /** A bare copy that nothing untrusted wrote to, and the commit that is checked out. */
  gitDir: string;
  commit: string;
}

/** git-lfs' own variable for a clone without its files. */
export const SKIP_VARIABLE = 'GIT_LFS_SKIP_SMUDGE';
const HOW_TO_SKIP = `To do without these files, name them in lfs.fetchexclude of .lfsconfig, or set ${SKIP_VARIABLE}=1 where bgtask runs.`;

export const isSkipped = (env: NodeJS.ProcessEnv): boolean =>
  /^(1|true|yes|on)$/i.test(env[SKIP_VARIABLE] ?? '');

/** Fetches the files of Git LFS of all repositories of a checkout, and puts them in the place of their pointers. Throws CloneFailed. */
export async function fetchLargeFiles(
  context: StageContext,
  repositories: readonly LfsRepository[],
  store: LfsStore,
): Promise<void> {
  let bytes = 0;
  for (const repository of repositories) {
    const { all, wanted } = await wantedOf(context, repository);
    if (all.length === 0) continue;
    try {
      bytes += sizeOf(wanted);
      refuseLarge(wanted, bytes);
      await fetchOf(context, { repository, wanted, store });
      say(context, repository, await fillPointers(repository.folder, store));
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof LfsError)) throw error;
      const whose = repository.path ? ` of the submodule ${repository.path}` : '';
      throw new StageError('CloneFailed', `Fetching the files of Git LFS${whose} failed: ${error.message}. ${HOW_TO_SKIP}`, { cause: error }); // prettier-ignore
    }
  }
}

/** Files that `.lfsconfig` does not leave out. */
export async function wantedOf(
  { env }: StageContext,
  { folder, gitDir, commit }: LfsRepository,
): Promise<{ all: Tracked[]; wanted: Tracked[] }> {
  const all = await trackedPointers(inCheckout(folder));
  if (all.length === 0 || isSkipped(env)) return { all, wanted: [] };
  const { isWanted } = await readLfsConfig(gitDir, commit);
  return { all, wanted: all.filter(({ path }) => isWanted(readable(path))) };
}

const sizeOf = (files: readonly Tracked[]): number =>
  files.reduce((sum, { pointer }) => sum + pointer.size, 0);

function refuseLarge(files: readonly Tracked[], bytes: number): void {
  const large = files.find(({ pointer }) => pointer.size > LIMITS.fileBytes);
  if (large)
    throw new LfsError(
      `${JSON.stringify(readable(large.path))} has ${inBytes(large.pointer.size)}, over the limit of ${inBytes(LIMITS.fileBytes)} for one file`,
    );
  if (bytes > LIMITS.allBytes)
    throw new LfsError(
      `they have ${inBytes(bytes)}, over the limit of ${inBytes(LIMITS.allBytes)} for one task`,
    );
  if (files.length > LIMITS.objects)
    throw new LfsError(`there are ${files.length} of them, over the limit of ${LIMITS.objects}`);
}

async function fetchOf(
  context: StageContext,
  { repository, wanted, store }: { repository: LfsRepository; wanted: readonly Tracked[]; store: LfsStore },
): Promise<void> {
  const objects = new Map(wanted.map(({ pointer }) => [pointer.oid, pointer]));
  const missing = [];
  for (const object of objects.values()) if (!(await store.has(object))) missing.push(object);
  if (missing.length === 0) return;
  const { url, gitDir, commit } = repository;
  const config = await readLfsConfig(gitDir, commit);
  try {
    const own = repository.path ? await submoduleContext(context, url) : context;
    const source = await sourceFor({ context: own, url, config, operation: 'download' });
    context.log.line(
      `Fetching ${missing.length} file${missing.length === 1 ? '' : 's'} of Git LFS (${inBytes(missing.reduce((sum, { size }) => sum + size, 0))}) from ${source.name}`,
    );
    try {
      const absent = await source.download(missing, store);
      if (absent.length > 0)
        context.log.line(
          `${source.name} does not have ${absent.length} of them: git lfs fetch --all there gets them`,
        );
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!config.skipErrors || !(error instanceof LfsError)) throw error;
    context.log.line(`Some files of Git LFS are not fetched (lfs.skipdownloaderrors): ${error.message}`);
  }
}

function say({ log }: StageContext, { path: prefix }: LfsRepository, left: readonly Tracked[]): void {
  if (left.length === 0) return;
  const names = left.slice(0, 5).map(({ path }) => `${prefix ? `${prefix}/` : ''}${readable(path)}`);
  log.line(
    `Files of Git LFS that stay pointers, for agent and checks too (${left.length}): ${names.join(', ')}`,
  );
}
