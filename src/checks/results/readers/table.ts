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
import { UvuReader } from './uvu.ts';
import { VitestReader } from './vitest.ts';

const DIGITS = '0123456789';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Every printable character of ASCII but the space. */
const UNINDENTED = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => index + 33));

/** A reader, and which lines it is shown. */
interface ReaderEntry {
  make: ReaderMaker;
  /** First characters of the lines that it reads; of others it sees only empty ones and those beyond ASCII. Without it, each line. */
  begins?: string;
}

/** One line a format. The order does not matter: each reader closes a suite only at its own runner's closing lines. */
export const READERS: readonly ReaderEntry[] = [
  // JavaScript
  { make: () => new TapReader(), begins: ' \tno1}TB#' },
  { make: () => new NodeSpecReader(), begins: ' t' },
  { make: () => new NodeDotReader() },
  { make: () => new MochaReader() },
  { make: () => new JestReader(), begins: ' TPFN' },
  { make: () => new VitestReader(), begins: ' N' },
  { make: () => new AvaReader(), begins: ' ' },
  { make: () => new JasmineReader(), begins: `FPR${DIGITS}` },
  { make: () => new KarmaReader(), begins: CAPITALS },
  { make: () => new PlaywrightReader(), begins: ' R' },
  { make: () => new UvuReader(), begins: ' ' },
  { make: () => new DenoReader() },
  { make: () => new BunReader() },
  // Python
  { make: pytest, begins: UNINDENTED },
  { make: () => new UnittestReader(), begins: UNINDENTED },
  // Go, Rust
  { make: () => new GoReader(), begins: ' -=oF?' },
  { make: () => new GoJsonReader(), begins: '{' },
  { make: gotestsum, begins: '=-oPFED' },
  { make: () => new CargoReader() },
  { make: nextest, begins: ' ' },
  // JVM, .NET
  { make: surefire, begins: UNINDENTED },
  { make: () => new GradleReader(), begins: UNINDENTED },
  { make: dotnet, begins: ' PFS' },
  { make: () => new DotnetSummaryReader(), begins: ' TpfsPFSd' },
  { make: sbt, begins: '[=' },
  // Ruby, PHP, Elixir
  { make: () => new RspecReader(), begins: ` FPA${DIGITS}` },
  { make: () => new MinitestReader() },
  { make: () => new PhpunitReader() },
  { make: () => new PestReader(), begins: ' ' },
  { make: exunit, begins: ` ${DIGITS}` },
  // C++, Swift, Dart, OCaml, Haskell
  { make: googletest, begins: '[' },
  { make: catch2, begins: 'TtA[N' },
  { make: () => new SwiftReader(), begins: 'T \t' },
  { make: () => new DartReader(), begins: DIGITS },
  { make: alcotest },
  { make: hunit, begins: '#EFOC' },
  // Runners that start other programs
  { make: ctest, begins: `TN ${DIGITS}` },
  { make: () => new MesonReader(), begins: ` OEFUST${DIGITS}` },
  { make: () => new ProveReader() },
  { make: () => new AutomakeReader(), begins: 'PFSXE#' },
  ...PLAIN.map((make) => ({ make, begins: ` ${UNINDENTED}` })),
];
