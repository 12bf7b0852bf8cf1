import { git, gitBytes, gitFailure } from './git.ts';

/**
 * What a file of a commit in git's own configuration format says (`.gitmodules`, `.lfsconfig`): its keys and values in their order, one character a byte
 * (see gitPaths). Git reads it as data, without its includes. Empty for a commit without the file; throws CloneFailed for a file that git cannot read.
 */
export async function readConfigBlob(
  gitDir: string,
  commit: string,
  path: string,
): Promise<[key: string, value: string][]> {
  const blob = `${commit}:${path}`;
  try {
    const text = await gitBytes(['config', '-z', '--list', '--no-includes', `--blob=${blob}`], { gitDir });
    return text.toString('latin1').split('\0').flatMap(pair);
  } catch (error) {
    if ((await git(['ls-tree', commit, '--', path], { gitDir })) === '') return [];
    throw gitFailure('CloneFailed', `The file ${path} cannot be read.`, error);
  }
}

/** A key without a value stands alone: for git it is true. */
function pair(entry: string): [string, string][] {
  const at = entry.indexOf('\n');
  if (entry === '') return [];
  return [at < 0 ? [entry, 'true'] : [entry.slice(0, at), entry.slice(at + 1)]];
}
