import type { ReaderMaker } from '../reader.ts';
import { AutomakeReader } from './automake.ts';
import { alcotest } from './alcotest.ts';
import { AvaReader } from './ava.ts';
import { BunReader } from './bun.ts';
import { CargoReader } from './cargo.ts';
import { catch2, googletest } from './cpp.ts';
import { ctest } from './ctest.ts';
import { DartReader } from './dart.ts';
import { DenoReader } from './deno.ts';
import { DotnetSummaryReader } from './dotnet-summary.ts';
import { dotnet } from './dotnet.ts';
import { exunit } from './exunit.ts';
import { GoJsonReader } from './go-json.ts';
import { GoReader } from './go.ts';
import { gotestsum } from './gotestsum.ts';
import { GradleReader } from './gradle.ts';
import { hunit } from './haskell.ts';
import { JasmineReader } from './jasmine.ts';
import { JestReader } from './jest.ts';
import { KarmaReader } from './karma.ts';
import { MesonReader } from './meson.ts';
import { MinitestReader } from './minitest.ts';
import { MochaReader } from './mocha.ts';
import { nextest } from './nextest.ts';
import { NodeDotReader } from './node-dot.ts';
import { NodeSpecReader } from './node-spec.ts';
import { PestReader } from './pest.ts';
import { PhpunitReader } from './phpunit.ts';
import { PLAIN } from './plain.ts';
import { PlaywrightReader } from './playwright.ts';
import { ProveReader } from './prove.ts';
import { pytest } from './pytest.ts';
import { RspecReader } from './rspec.ts';
import { sbt } from './scala.ts';
import { surefire } from './surefire.ts';
import { SwiftReader } from './swift.ts';
import { TapReader } from './tap.ts';
import { UnittestReader } from './unittest.ts';
import { VitestReader } from './vitest.ts';

/** One line a format. The order does not matter: each reader closes a suite only at its own runner's closing lines. */
export const READERS: ReaderMaker[] = [
  // JavaScript
  () => new TapReader(),
  () => new NodeSpecReader(),
  () => new NodeDotReader(),
  () => new MochaReader(),
  () => new JestReader(),
  () => new VitestReader(),
  () => new AvaReader(),
  () => new JasmineReader(),
  () => new KarmaReader(),
  () => new PlaywrightReader(),
  () => new DenoReader(),
  () => new BunReader(),
  // Python
  pytest,
  () => new UnittestReader(),
  // Go, Rust
  () => new GoReader(),
  () => new GoJsonReader(),
  gotestsum,
  () => new CargoReader(),
  nextest,
  // JVM, .NET
  surefire,
  () => new GradleReader(),
  dotnet,
  () => new DotnetSummaryReader(),
  sbt,
  // Ruby, PHP, Elixir
  () => new RspecReader(),
  () => new MinitestReader(),
  () => new PhpunitReader(),
  () => new PestReader(),
  exunit,
  // C++, Swift, Dart, OCaml, Haskell
  googletest,
  catch2,
  () => new SwiftReader(),
  () => new DartReader(),
  alcotest,
  hunit,
  // Runners that start other programs
  ctest,
  () => new MesonReader(),
  () => new ProveReader(),
  () => new AutomakeReader(),
  ...PLAIN,
];
