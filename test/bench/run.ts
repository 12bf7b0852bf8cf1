import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Figure } from './pair.ts';
import { startup } from './startup.ts';
import { oneTask } from './task.ts';

const figures: Figure[] = [...(await startup()), ...oneTask()];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;
console.log(row(['figure', 'ours', 'median', 'beside', 'median', 'ratio']));
console.log(row(['---', '---', '---', '---', '---', '---']));
for (const { name, ours, theirs, oursMs, theirsMs, ratio } of figures)
  console.log(row([name, ours, ms(oursMs), theirs, ms(theirsMs), ratio.toFixed(2)]));
const result = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, figures };
writeFileSync('bench-results.json', `${JSON.stringify(result, undefined, 2)}\n`);
