import { StageError } from '../domain/reasons.ts';
import { readable } from './git.ts';
import { inBytes, LIMITS } from './lfs/limits.ts';
import type { WorkTree } from './work-tree.ts';

/**
 * Refuses files of a change that are too large. Throws AgentFailed.
 *
 * @param fileBytes Bytes that a file of the repository may have; one of Git LFS may have more.
 */
export async function refuseLarge(
  tree: WorkTree,
  { added, large }: { added: readonly string[]; large: ReadonlySet<string> },
  fileBytes: number,
): Promise<void> {
  for (const path of added) {
    const isLarge = large.has(path);
    const limit = isLarge ? LIMITS.fileBytes : fileBytes;
    const stat = await tree.stat(path);
    if (!stat?.isFile() || stat.size <= limit) continue;
    const whose = isLarge ? 'a file of Git LFS' : 'a file';
    const cure = isLarge ? '' : ', or raise change.maxFileBytes';
    throw new StageError(
      'AgentFailed',
      `The change holds ${JSON.stringify(readable(path))} of ${inBytes(stat.size)}; ${whose} may have ${inBytes(limit)}. Have it ignored or removed${cure}.`,
    );
  }
}
