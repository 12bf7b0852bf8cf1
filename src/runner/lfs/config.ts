import { pathMatcher } from '../protected-paths.ts';
import { readConfigBlob } from '../config-blob.ts';
import { readable } from '../git.ts';

/** Where a repository keeps its settings of Git LFS for all who clone it. */
export const LFS_CONFIG = '.lfsconfig';

/** What `.lfsconfig` may say, of all that git-lfs-config(5) has: nothing that names a program, a header or a proxy. */
export interface LfsConfig {
  /** The endpoint; by default it is found by the repository's URL. */
  url?: string;
  /** The endpoint of uploads. */
  pushUrl?: string;
  /** True when a file that cannot be fetched may stay a pointer. */
  skipErrors: boolean;
  /** Whether a file is fetched at all; its path from the top of the repository. */
  isWanted: (path: string) => boolean;
}

/** In the order of git-lfs: its own key goes before the remote's. */
const URL_KEYS = ['lfs.url', 'remote.origin.lfsurl', 'remote.lfsurl'];
const PUSH_KEYS = ['lfs.pushurl', 'remote.origin.lfspushurl', 'remote.lfspushurl'];

/** Reads `.lfsconfig` of a commit, as data; nothing where there is none. Throws CloneFailed when git cannot read it. */
export async function readLfsConfig(gitDir: string, commit: string): Promise<LfsConfig> {
  const entries = await readConfigBlob(gitDir, commit, LFS_CONFIG);
  const values = new Map(entries.map(([key, value]) => [key.toLowerCase(), readable(value)]));
  const first = (keys: readonly string[]): string | undefined =>
    keys.map((key) => values.get(key)).find((value) => value);
  const url = first(URL_KEYS);
  const pushUrl = first(PUSH_KEYS) ?? url;
  return {
    ...(url && { url }),
    ...(pushUrl && { pushUrl }),
    skipErrors: /^(true|1|yes|on)$/i.test(values.get('lfs.skipdownloaderrors') ?? ''),
    isWanted: wanted(values.get('lfs.fetchinclude'), values.get('lfs.fetchexclude')),
  };
}

/** Patterns as in .gitignore, separated by commas. */
const globsIn = (list: string): string[] =>
  list
    .split(',')
    .map((glob) => glob.trim())
    .filter(Boolean);

/** What `lfs.fetchinclude` and `lfs.fetchexclude` say of a path. */
function wanted(include = '', exclude = ''): (path: string) => boolean {
  const includes = globsIn(include);
  const included = pathMatcher(includes);
  const excluded = pathMatcher(globsIn(exclude));
  return (path) => (includes.length === 0 || included(path)) && !excluded(path);
}
