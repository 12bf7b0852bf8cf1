import { StageError } from '../domain/reasons.ts';
import { readable } from './git.ts';
import { inBytes, LIMITS } from './lfs/limits.ts';
import type { WorkTree } from './work-tree.ts';

interface Large {
  path: string;
  bytes: number;
  limit: number;
  isLfs: boolean;
}

/** Files of a change that are too large, with their sizes. See refuseLarge. */
export async function tooLarge(
  tree: WorkTree,
  { added, large }: { added: readonly string[]; large: ReadonlySet<string> },
  fileBytes: number,
): Promise<Large[]> {
  const found: Large[] = [];
  for (const path of added) {
    const isLfs = large.has(path);
    const limit = isLfs ? LIMITS.fileBytes : fileBytes;
    const stat = await tree.stat(path);
    if (stat?.isFile() && stat.size > limit) found.push({ path, bytes: stat.size, limit, isLfs });
  }
  return found;
}

/**
 * Refuses files of a change that are too large. Throws AgentFailed.
 *
 * @param fileBytes Bytes that a file of the repository may have; one of Git LFS may have more.
 */
export async function refuseLarge(...change: Parameters<typeof tooLarge>): Promise<void> {
  for (const { path, bytes, limit, isLfs } of await tooLarge(...change)) {
    const whose = isLfs ? 'a file of Git LFS' : 'a file';
    const cure = isLfs ? '' : ', or raise change.maxFileBytes';
    throw new StageError(
      'AgentFailed',
      `The change holds ${JSON.stringify(readable(path))} of ${inBytes(bytes)}; ${whose} may have ${inBytes(limit)}. Have it ignored or removed${cure}.`,
    );
  }
}
