import type { ReaderMaker } from '../reader.ts';
import { AutomakeReader } from './automake.ts';
import { AvaReader } from './ava.ts';
import { CargoReader } from './cargo.ts';
import { ctest } from './ctest.ts';
import { DenoReader } from './deno.ts';
import { dotnet } from './dotnet.ts';
import { exunit } from './exunit.ts';
import { GoJsonReader } from './go-json.ts';
import { GoReader } from './go.ts';
import { GradleReader } from './gradle.ts';
import { JasmineReader } from './jasmine.ts';
import { JestReader } from './jest.ts';
import { MesonReader } from './meson.ts';
import { MinitestReader } from './minitest.ts';
import { MochaReader } from './mocha.ts';
import { nextest } from './nextest.ts';
import { NodeSpecReader } from './node-spec.ts';
import { PestReader } from './pest.ts';
import { PhpunitReader } from './phpunit.ts';
import { ProveReader } from './prove.ts';
import { pytest } from './pytest.ts';
import { RspecReader } from './rspec.ts';
import { surefire } from './surefire.ts';
import { TapReader } from './tap.ts';
import { UnittestReader } from './unittest.ts';
import { VitestReader } from './vitest.ts';

/** One line a format. The order does not matter: each reader closes a suite only at its own runner's closing lines. */
export const READERS: ReaderMaker[] = [
  // JavaScript
  () => new TapReader(),
  () => new NodeSpecReader(),
  () => new MochaReader(),
  () => new JestReader(),
  () => new VitestReader(),
  () => new AvaReader(),
  () => new JasmineReader(),
  () => new DenoReader(),
  // Python
  pytest,
  () => new UnittestReader(),
  // Go, Rust
  () => new GoReader(),
  () => new GoJsonReader(),
  () => new CargoReader(),
  nextest,
  // JVM, .NET
  surefire,
  () => new GradleReader(),
  dotnet,
  // Ruby, PHP, Elixir
  () => new RspecReader(),
  () => new MinitestReader(),
  () => new PhpunitReader(),
  () => new PestReader(),
  exunit,
  // C, C++, Perl: runners that start other programs
  ctest,
  () => new MesonReader(),
  () => new ProveReader(),
  () => new AutomakeReader(),
];
