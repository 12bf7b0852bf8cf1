import { createHash } from 'node:crypto';
import { branchName } from '../../api/names.ts';
import { StageError } from '../../domain/reasons.ts';
import { gitList, readable } from '../git.ts';
import type { StageContext } from '../stage-context.ts';
import { readLfsConfig } from './config.ts';
import { isSkipped, SKIP_VARIABLE } from './fetch.ts';
import { LfsError } from './lfs-error.ts';
import { inBytes, LIMITS } from './limits.ts';
import { type NewPointer, newPointers } from './new-pointers.ts';
import type { Pointer } from './pointer.ts';
import { sourceFor } from './source-for.ts';
import type { LfsStore } from './store.ts';

export interface Upload {
  /** The repository's URL. */
  url: string;
  /** The pristine copy. */
  gitDir: string;
  /** The base's commit, whose `.lfsconfig` counts: the change's own does not. */
  base: string;
}

/** The object for the permission check if the repository does not contain LFS files yet: a single line break. */
const SAMPLE: Pointer = { oid: createHash('sha256').update('\n').digest('hex'), size: 1 };

const refOf = ({ input }: StageContext): string => `refs/heads/${branchName(input.task.name)}`;

/**
 * What would keep publish from uploading files of Git LFS, found out before the agent is paid. Nothing is sent: the server is asked for leave
 * to upload an object that it has. Throws PushDenied where the base has such files.
 *
 * @param have An object of the base; undefined when the attributes alone speak of Git LFS.
 */
export async function checkLfsUpload(
  context: StageContext,
  { url, gitDir, base }: Upload,
  have: Pointer | undefined,
): Promise<void> {
  if (isSkipped(context.env)) return;
  const config = await readLfsConfig(gitDir, base);
  try {
    const source = await sourceFor({ context, url, config, operation: 'upload', ref: refOf(context) });
    try {
      await source.checkUpload(have ?? SAMPLE);
    } finally {
      await source.close();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof LfsError)) throw error;
    if (!have)
      return context.log.line(
        `A file of Git LFS could not be uploaded, should the change have one: ${error.message}`,
      );
    throw new StageError(
      'PushDenied',
      `A change to files of Git LFS could not be uploaded: ${error.message}. The agent was not run. Let the credential write there. For tasks that leave these files alone, name them in lfs.fetchexclude of .lfsconfig, or set ${SKIP_VARIABLE}=1 where bgtask runs.`,
      { cause: error },
    );
  }
}

/** True when attributes of a commit put files into Git LFS. */
export async function speaksOfLfs(gitDir: string, commit: string): Promise<boolean> {
  const args = ['grep', '-l', '-z', '-e', 'filter=lfs', commit, '--', ':(glob)**/.gitattributes'];
  // It exits with 1 when there is none.
  return (await gitList(args, { gitDir }).catch(() => [])).length > 0;
}

/**
 * Uploads the files of Git LFS that a commit adds, before it is pushed; the server says which of them it lacks. They are read from what the
 * work stage left, and sent only when their digests are right. Throws AgentFailed for a file over the limit, and PushDenied.
 */
export async function uploadLargeFiles(
  context: StageContext,
  { url, gitDir, base, commit, store }: Upload & { commit: string; store: LfsStore },
): Promise<void> {
  const files = await newPointers(gitDir, base, commit);
  if (files.length === 0) return;
  refuseLarge(files);
  const objects = [...new Map(files.map(({ pointer }) => [pointer.oid, pointer])).values()];
  const config = await readLfsConfig(gitDir, base);
  try {
    const source = await sourceFor({ context, url, config, operation: 'upload', ref: refOf(context) });
    context.log.line(
      `Uploading ${objects.length} file${objects.length === 1 ? '' : 's'} of Git LFS to ${source.name}`,
    );
    try {
      await source.upload(objects, store);
    } finally {
      await source.close();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof LfsError)) throw error;
    throw new StageError('PushDenied', `Uploading files of Git LFS failed: ${error.message}. Nothing was pushed.`, { cause: error }); // prettier-ignore
  }
}

function refuseLarge(files: readonly NewPointer[]): void {
  const large = files.find(({ pointer }) => pointer.size > LIMITS.fileBytes);
  const bytes = files.reduce((sum, { pointer }) => sum + pointer.size, 0);
  if (large)
    throw new StageError('AgentFailed', `The change holds ${JSON.stringify(readable(large.path))} of ${inBytes(large.pointer.size)}; a file of Git LFS may have ${inBytes(LIMITS.fileBytes)}.`); // prettier-ignore
  if (bytes > LIMITS.allBytes)
    throw new StageError('AgentFailed', `The change holds files of Git LFS of ${inBytes(bytes)}; a change may have ${inBytes(LIMITS.allBytes)}.`); // prettier-ignore
}
