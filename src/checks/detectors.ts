import type { Detector } from './check.ts';
import { dotnet } from './ecosystems/dotnet.ts';
import { elixir } from './ecosystems/elixir.ts';
import { go } from './ecosystems/go.ts';
import { gradle } from './ecosystems/gradle.ts';
import { maven } from './ecosystems/maven.ts';
import { node } from './ecosystems/node.ts';
import { php } from './ecosystems/php.ts';
import { preCommit } from './ecosystems/pre-commit.ts';
import { python } from './ecosystems/python.ts';
import { ruby } from './ecosystems/ruby.ts';
import { rust } from './ecosystems/rust.ts';
import { targets, targetsAlone } from './ecosystems/targets.ts';

/** Ecosystems with a manifest of their own. A new one is one file and one line. */
export const ECOSYSTEMS: readonly Detector[] = [
  node,
  python,
  go,
  rust,
  maven,
  gradle,
  ruby,
  php,
  elixir,
  dotnet,
];

/** What may judge a repository of any ecosystem, beside its own. */
export const COMMON: readonly Detector[] = [preCommit, targets];

/** Asked only when nothing above found a proof. */
export const LAST_RESORT: readonly Detector[] = [targetsAlone];
