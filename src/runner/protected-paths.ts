import { type Glob, GlobError, readGlob } from '../domain/glob.ts';
import { foldCase, foldPath, isShortName } from '../domain/path-folding.ts';
import { StageError } from '../domain/reasons.ts';

/** Characters of the longest path; Linux cannot open a longer one. */
const PATH_MAX = 4096;

/** `*.pem` means one in any folder, `infra` and `infra/` mean all that is below, `/a` only the one in the root: as in .gitignore. */
function expand(glob: string): string[] {
  const bare = foldCase(glob).replace(/^\//, '').replace(/\/+$/, '');
  const anchored = bare.includes('/') || glob.startsWith('/') ? bare : `**/${bare}`;
  return [anchored, `${anchored}/**`];
}

/** The globs, read. Throws a StageError (InvalidTask) that names one that cannot be read. */
function readAll(globs: readonly string[], isAlias?: typeof isShortName): Glob[] {
  return globs.flatMap((glob) => {
    try {
      // As it was written first: `!a` must not be hidden by what it is expanded to.
      readGlob(glob);
      return expand(glob).map((one) => readGlob(one, { longest: PATH_MAX, ...(isAlias && { isAlias }) }));
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      throw new StageError('InvalidTask', `Path glob ${JSON.stringify(glob)} ${error.message}.`, {
        cause: error,
      });
    }
  });
}

/**
 * A test of paths against gitignore-style globs, without negation. Case makes no difference: to some file systems `.GitHub/Workflows` is
 * `.github/workflows`. The time of a test is bounded by the globs' size times the path's length. Throws a StageError (InvalidTask) for a glob that cannot be read.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const read = readAll(globs);
  return (path) => {
    const folded = foldCase(path);
    return read.some((glob) => glob.matches(folded));
  };
}

/**
 * As pathMatcher, but true for every path that a file system of Windows or macOS may take for one that the globs mean: see foldPath and isShortName.
 * A path that is too long to be tested counts as protected when there is a glob at all.
 */
export function protectedMatcher(globs: readonly string[]): (path: string) => boolean {
  const read = readAll(globs, isShortName);
  return (path) => {
    if (path.length > PATH_MAX) return read.length > 0;
    const spellings = new Set([foldCase(path), foldPath(path)]);
    return read.some((glob) => [...spellings].some((spelling) => glob.matches(spelling)));
  };
}

/** The paths that are protected and not allowed. */
export function refusedPaths(
  paths: readonly string[],
  {
    isProtected,
    isAllowed,
  }: { isProtected: (path: string) => boolean; isAllowed: (path: string) => boolean },
): string[] {
  return paths.filter((path) => isProtected(path) && !isAllowed(path));
}
