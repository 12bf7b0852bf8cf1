import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { messageOf } from '../../src/domain/errors.ts';
import { chooseSource } from '../cluster/harness/cluster-for-tests.ts';
import { backlog } from './cluster/backlog.ts';
import { listing } from './cluster/listing.ts';
import { growth, type Growth } from './cluster/objects.ts';
import { rest } from './cluster/rest.ts';
import { type Waiting, waiting } from './cluster/waiting.ts';
import { line, type LineFigures } from './line.ts';
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

function showWaiting(steps: readonly Waiting[]): void {
  head(['tasks that come at once', 'memory', 'at most', 'requests a task', 'processor a task']);
  for (const { tasks, memory, peak, requests, cpu } of steps)
    row([String(tasks), `${memory.toFixed(0)} MiB`, `${peak.toFixed(0)} MiB`, requests.toFixed(2), ms(cpu)]);
}

/** `npm run bench -- --quick` leaves out 10,000 finished tasks, which take minutes to write. */
const QUICK = process.argv.includes('--quick');

/** Figures of the operator; none, and a sentence, where this machine has no Kubernetes programs. */
async function onCluster(): Promise<{ figures: Figure[]; steps: Growth[]; crowds: Waiting[] }> {
  try {
    await chooseSource(process.env);
  } catch (error) {
    console.error(`The figures of a cluster are left out: ${messageOf(error)}`);
    return { figures: [], steps: [], crowds: [] };
  }
  return {
    figures: [...(await backlog()), ...(await listing()), ...(await rest())],
    steps: await growth(QUICK ? 1000 : Infinity),
    crowds: await waiting(QUICK ? 1000 : Infinity),
  };
}

/** A line of 10,000 tasks beside one of 1,000, in a simulated hour with room for 50. */
function showLine(lines: readonly LineFigures[]): void {
  head([
    'tasks in line',
    'users',
    'started',
    'writes a start',
    'processor an end',
    'users served a start',
    'most to least served project',
  ]);
  for (const { waiting, users, started, writes, cpuMs, servedUsers, spread } of lines)
    row([
      String(waiting),
      String(users),
      String(started),
      writes.toFixed(1),
      ms(cpuMs),
      servedUsers.toFixed(2),
      spread.toFixed(2),
    ]);
}

const lines = [line(1000, 1000), line(10_000, 1000)];
const local = [...(await startup()), ...oneTask()];
const { figures, steps, crowds } = await onCluster();
const all = [...local, ...figures];
showFigures(all);
showLine(lines);
if (steps.length > 0) showGrowth(steps);
if (crowds.length > 0) showWaiting(crowds);
const result = {
  node: process.version,
  cpus: cpus().length,
  model: cpus()[0]?.model,
  figures: all,
  growth: steps,
  line: lines,
  waiting: crowds,
};
writeFileSync('bench-results.json', `${JSON.stringify(result, undefined, 2)}\n`);
