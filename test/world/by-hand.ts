import { join } from 'node:path';
import { execa } from 'execa';
import type { Chore, Repository } from './repositories.ts';

/** How one command of a person ended. */
export interface HandStep {
  command: string;
  exitCode: number;
  /** What it printed, both streams as one. */
  output: string;
}

/** What a plain script found about one repository. */
export interface ByHand {
  /** The install step where it failed: then nothing else was run. */
  notReady?: HandStep;
  /** The checks without a change; undefined where no check of a chore failed, so that it did not matter. */
  base?: HandStep[];
  chores: { kind: Chore['kind']; checks: HandStep[] }[];
}

/** Seconds that one command may take. */
const LIMIT = 600;

export interface Place {
  /** A folder to work in. */
  folder: string;
  /** The bare repository. */
  bare: string;
  /** PATH of the commands. */
  path: string;
}

interface Hand {
  step: (command: string) => Promise<HandStep>;
  /** A step that must succeed. */
  must: (command: string) => Promise<void>;
}

/** A clone of the repository, and a person's shell in it. */
async function cloneInto(dir: string, { bare, path }: Place): Promise<Hand> {
  const env = { CI: 'true', PATH: `${join(dir, '.venv/bin')}:${path}` };
  const step = (command: string): Promise<HandStep> => runStep(command, dir, env);
  const must = async (command: string): Promise<void> => {
    const { exitCode, output } = await step(command);
    if (exitCode !== 0) throw new Error(`${command} exited with code ${exitCode}:\n${output}`);
  };
  await execa('git', ['clone', '--quiet', bare, dir]);
  await must('git config user.name World && git config user.email world@example.com');
  return { step, must };
}

/** The chores of a repository as a person does them: one clone, one install, then each chore with its checks. */
export async function byHand(repository: Repository, place: Place): Promise<ByHand> {
  const { step, must } = await cloneInto(join(place.folder, 'by-hand'), place);
  const checksOf = async (): Promise<HandStep[]> => {
    const steps: HandStep[] = [];
    for (const { run } of repository.checks) steps.push(await step(run));
    return steps;
  };
  const installed = repository.install ? await step(repository.install) : undefined;
  if (installed && installed.exitCode !== 0) return { notReady: installed, chores: [] };
  const chores: ByHand['chores'] = [];
  for (const { kind, run } of repository.chores) {
    await must(`git checkout --quiet --force --no-track -B by-hand-${kind} origin/main`);
    await must(run);
    // A command that changes nothing is a fault of the data.
    await must('test -n "$(git status --porcelain --untracked-files=no)"');
    chores.push({ kind, checks: await checksOf() });
  }
  const failed = chores.some(({ kind, checks }) => kind !== 'breaking' && checks.some(isRed));
  if (!failed) return { chores };
  await must('git checkout --quiet --force origin/main');
  return { base: await checksOf(), chores };
}

/** Seconds of a plain script that does what a task did, with the same commands and the same warm caches: clone, install, chore, checks, commit, push. */
export async function sameByHand(
  repository: Repository,
  commands: readonly string[],
  place: Place,
): Promise<number> {
  const [chore] = repository.chores;
  const began = performance.now();
  const { step, must } = await cloneInto(join(place.folder, 'same-by-hand'), place);
  if (repository.install) await step(repository.install);
  await must(chore?.run ?? 'true');
  for (const command of commands) await step(command);
  await must('git checkout --quiet -B same-by-hand && git commit --quiet --no-verify --all -m chore');
  await must('git push --quiet origin same-by-hand');
  return (performance.now() - began) / 1000;
}

export const isRed = ({ exitCode }: HandStep): boolean => exitCode !== 0;

async function runStep(command: string, cwd: string, env: Record<string, string>): Promise<HandStep> {
  // timeout(1) with KILL ends the whole process group, also what ignores SIGTERM (nyc).
  const limited = ['-n', '2', 'timeout', '--signal=KILL', String(LIMIT), 'bash', '-c', command];
  const { exitCode, all } = await execa('nice', limited, {
    cwd,
    env,
    all: true,
    reject: false,
    stdin: 'ignore',
    maxBuffer: 50_000_000,
  });
  return { command, exitCode: exitCode ?? -1, output: all ?? '' };
}
