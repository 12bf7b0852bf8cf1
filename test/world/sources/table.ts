import { cached } from '../cache.ts';
import type { Repository } from '../repositories.ts';
import { crate } from './crate.ts';
import { debian } from './debian.ts';
import { go } from './go.ts';
import { npm } from './npm.ts';
import { pypi } from './pypi.ts';
import type { Source } from './source.ts';

const SOURCES: Readonly<Record<Repository['source']['kind'], Source>> = { crate, debian, go, npm, pypi };

/** The tree of a repository's package, from the cache or its registry. Nothing may be written into it. */
export const treeOf = ({ source }: Repository): Promise<string> =>
  cached(`trees/${source.kind}/${source.package.replaceAll('/', '+')}@${source.version}`, (folder) =>
    SOURCES[source.kind].fetch(source, folder),
  );
