import picomatch from 'picomatch';

/** `*.pem` means one in any folder, `infra` and `infra/` mean all that is below, `/a` only the one in the root: as in .gitignore. */
function expand(glob: string): string[] {
  const bare = glob.replace(/^\//, '').replace(/\/+$/, '');
  const anchored = bare.includes('/') || glob.startsWith('/') ? bare : `**/${bare}`;
  return [anchored, `${anchored}/**`];
}

/**
 * A test of paths against gitignore-style globs, without negation. Case makes no difference: to some file systems `.GitHub/Workflows` is the
 * protected folder.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch(globs.flatMap(expand), { dot: true, nocase: true, nonegate: true });
}

/** A path as globs are asked about it: `*` matches no line break, and must not be escaped by one. */
const withoutBreaks = (path: string): string => path.replace(/[\n\r\u2028\u2029]/g, '_');

/** Those of the paths that are protected and that nothing allows. */
export function refusedPaths(
  paths: readonly string[],
  {
    isProtected,
    isAllowed,
  }: { isProtected: (path: string) => boolean; isAllowed: (path: string) => boolean },
): string[] {
  return paths.filter((path) => isProtected(withoutBreaks(path)) && !isAllowed(path));
}
