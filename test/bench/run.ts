import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { messageOf } from '../../src/domain/errors.ts';
import { chooseSource } from '../cluster/harness/cluster-for-tests.ts';
import { backlog } from './cluster/backlog.ts';
import { listing } from './cluster/listing.ts';
import { growth, type Growth } from './cluster/objects.ts';
import { rest } from './cluster/rest.ts';
import type { Figure } from './pair.ts';
import { startup } from './startup.ts';
import { oneTask } from './task.ts';

const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const head = (cells: readonly string[]): void => {
  console.log('');
  row(cells);
  row(cells.map(() => '---'));
};
const ms = (value: number): string => `${value.toFixed(0)} ms`;

function showFigures(figures: readonly Figure[]): void {
  head(['figure', 'ours', 'median', 'beside', 'median', 'ratio']);
  for (const { name, ours, theirs, oursMs, theirsMs, ratio } of figures)
    row([name, ours, ms(oursMs), theirs, ms(theirsMs), ratio.toFixed(2)]);
}

function showGrowth(steps: readonly Growth[]): void {
  head(['tasks that have ended', 'memory', 'at most', 'requests a task', 'processor a task']);
  for (const { objects, memory, peak, requests, cpu } of steps)
    row([
      String(objects),
      `${memory.toFixed(0)} MiB`,
      `${peak.toFixed(0)} MiB`,
      requests.toFixed(2),
      ms(cpu),
    ]);
}

/** `npm run bench -- --quick` leaves out 10,000 finished tasks, which take minutes to write. */
const QUICK = process.argv.includes('--quick');

/** Figures of the operator; none, and a sentence, where this machine has no Kubernetes programs. */
async function onCluster(): Promise<{ figures: Figure[]; steps: Growth[] }> {
  try {
    await chooseSource(process.env);
  } catch (error) {
    console.error(`The figures of a cluster are left out: ${messageOf(error)}`);
    return { figures: [], steps: [] };
  }
  return {
    figures: [...(await backlog()), ...(await listing()), ...(await rest())],
    steps: await growth(QUICK ? 1000 : Infinity),
  };
}

const local = [...(await startup()), ...oneTask()];
const { figures, steps } = await onCluster();
const all = [...local, ...figures];
showFigures(all);
if (steps.length > 0) showGrowth(steps);
const result = {
  node: process.version,
  cpus: cpus().length,
  model: cpus()[0]?.model,
  figures: all,
  growth: steps,
};
writeFileSync('bench-results.json', `${JSON.stringify(result, undefined, 2)}\n`);
