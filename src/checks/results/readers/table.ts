import type { ReaderMaker } from '../reader.ts';
import { GoReader } from './go.ts';
import { MochaReader } from './mocha.ts';
import { NodeSpecReader } from './node-spec.ts';
import { TapReader } from './tap.ts';

/** One line a format. The order does not matter: each reader closes a suite only at its own runner's closing lines. */
export const READERS: ReaderMaker[] = [
  () => new TapReader(),
  () => new NodeSpecReader(),
  () => new MochaReader(),
  () => new GoReader(),
];
