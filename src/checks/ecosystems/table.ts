import { c } from './c.ts';
import { dart } from './dart.ts';
import { deno } from './deno.ts';
import { dotnet } from './dotnet.ts';
import type { Ecosystem } from './ecosystem.ts';
import { elixir } from './elixir.ts';
import { go } from './go.ts';
import { gradle } from './gradle.ts';
import { haskell } from './haskell.ts';
import { maven } from './maven.ts';
import { nix } from './nix.ts';
import { node } from './node/record.ts';
import { ocaml } from './ocaml.ts';
import { php } from './php/record.ts';
import { python } from './python/record.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { swift } from './swift.ts';
import { zig } from './zig.ts';

/** The ecosystems that bgtask knows, in the order in which they are asked. A new one is a file and a line here. */
export const ECOSYSTEMS: readonly Ecosystem[] = [
  node,
  deno,
  python,
  go,
  rust,
  maven,
  gradle,
  ruby,
  php,
  elixir,
  dotnet,
  swift,
  dart,
  zig,
  haskell,
  ocaml,
  c,
  nix,
];
