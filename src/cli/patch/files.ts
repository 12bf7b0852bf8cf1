import { BgtaskError } from '../../domain/errors.ts';
import { git, GitError, gitPaths } from '../../runner/git.ts';

/** Bytes of a patch that git is given. */
const asInput = (patch: Uint8Array): Buffer => Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength);

/** What git says of a patch, outside of any repository. Throws Invalid for one that git cannot read. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new BgtaskError(
      'Invalid',
      `git cannot read the kept change: ${error.stderr.trim() || error.message}`,
      {
        cause: error,
      },
    );
  }
}

const numbers = async (patch: Uint8Array, flags: string[]): Promise<string[]> => {
  const lines = await asked(() =>
    gitPaths(['apply', '--numstat', '-z', ...flags, '-'], { input: asInput(patch) }),
  );
  return lines.map((line) => line.split('\t').slice(2).join('\t'));
};

/** The files that a patch leaves changed, as `git diff --name-only` has them; one character a byte. */
export const changedFiles = (patch: Uint8Array): Promise<string[]> => numbers(patch, []);

/** Every file that a patch names: a renamed one by both of its names. One character a byte. */
export async function namedFiles(patch: Uint8Array): Promise<string[]> {
  return [...new Set([...(await numbers(patch, [])), ...(await numbers(patch, ['-R']))])];
}

/** The files with their numbers of lines, as `git diff --stat` has them. */
export const patchStat = (patch: Uint8Array): Promise<string> =>
  asked(() => git(['apply', '--stat', '-'], { input: asInput(patch) }));
