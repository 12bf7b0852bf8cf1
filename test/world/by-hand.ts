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
  /** Wall time of clone, install, the first chore, its checks, commit and push. */
  seconds: number;
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

/** The chores of a repository as a person does them: one clone, one install, then each chore with its checks. */
export async function byHand(repository: Repository, { folder, bare, path }: Place): Promise<ByHand> {
  const dir = join(folder, 'by-hand');
  const env = { CI: 'true', PATH: `${join(dir, '.venv/bin')}:${path}` };
  const step = (command: string): Promise<HandStep> => runStep(command, dir, env);
  const must = async (command: string): Promise<void> => {
    const { exitCode, output } = await step(command);
    if (exitCode !== 0) throw new Error(`${command} exited with code ${exitCode}:\n${output}`);
  };
  const checksOf = async (): Promise<HandStep[]> => {
    const steps: HandStep[] = [];
    for (const { run } of repository.checks) steps.push(await step(run));
    return steps;
  };
  const began = performance.now();
  await execa('git', ['clone', '--quiet', bare, dir]);
  await must('git config user.name World && git config user.email world@example.com');
  const installed = repository.install ? await step(repository.install) : undefined;
  if (installed && installed.exitCode !== 0)
    return { notReady: installed, chores: [], seconds: since(began) };
  const chores: ByHand['chores'] = [];
  let seconds = 0;
  for (const { kind, run } of repository.chores) {
    await must(`git checkout --quiet --force --no-track -B by-hand-${kind} origin/main`);
    await must(run);
    // A command that changes nothing is a fault of the data.
    await must('test -n "$(git status --porcelain --untracked-files=no)"');
    chores.push({ kind, checks: await checksOf() });
    if (seconds > 0) continue;
    await must(`git commit --quiet --no-verify --all -m chore && git push --quiet origin by-hand-${kind}`);
    seconds = since(began);
  }
  const failed = chores.some(({ kind, checks }) => kind !== 'breaking' && checks.some(isRed));
  if (!failed) return { chores, seconds };
  await must('git checkout --quiet --force origin/main');
  return { base: await checksOf(), chores, seconds };
}

export const isRed = ({ exitCode }: HandStep): boolean => exitCode !== 0;

const since = (began: number): number => (performance.now() - began) / 1000;

async function runStep(command: string, cwd: string, env: Record<string, string>): Promise<HandStep> {
  // timeout(1) ends the whole process group.
  const limited = ['-n', '2', 'timeout', '--kill-after=5', String(LIMIT), 'bash', '-c', command];
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
