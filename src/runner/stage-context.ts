import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForgeApp } from '../domain/credentials.ts';
import { messageOf } from '../domain/errors.ts';
import { type StageReport, formatReport, type Stage } from '../domain/report.ts';
import { writeAtomic } from '../engine/atomic-file.ts';
import { CONTINUED } from '../engine/left-change.ts';
import type { RunnerInput } from '../engine/runner-input.ts';
import type { PodAccess } from './gateway/pod-access.ts';
import type { StageLog } from './stage-log.ts';

/** What a stage may hold. Never in the environment of the stage's own process, in argv or in a file of the state folder. */
export interface StageSecrets {
  /** The forge's token, for git over https and for the forge's API: stages clone and publish only. */
  forgeToken?: string;
  /** A token that may push, to find out in the clone stage whether one may; without it the other is asked. */
  pushToken?: string;
  /** Hosts that may get the token, besides GitHub's. Not a secret, but only the owner of the token may name them, never the task. */
  forgeHosts?: string[];
  /** A GitHub App, of which the stage gets its tokens: stages clone and publish only. */
  forgeApp?: ForgeApp;
  /** The models' keys by variable name: stage work only. */
  modelKeys?: Record<string, string>;
  /** The gateway of the pod, which holds a model's key: the placeholder stands among `modelKeys`. Stage work only. */
  gateway?: PodAccess;
}

/** Where a stage finds its things. A stage that has no business with a volume does not see it. */
export interface StagePaths {
  input: string;
  report: string;
  /** The bare copy that only trusted stages see. */
  pristine: string;
  /** What the agent works in, and what the work stage hands over. */
  workspace: string;
  /** The workspace of the stage that made the change, for the stage that proves it: in a pod it is another one, which is only read. */
  handed: string;
  /** The workspace of the stage that proved the change, where that is another one. */
  proof?: string;
  /** The change of an earlier task that this one goes on with; it need not be there. */
  continued: string;
  /** Where file forges write. */
  pullRequests: string;
}

/** Folders and files inside the workspace volume. */
export const inWorkspace = (workspace: string) => ({
  checkout: join(workspace, 'checkout'),
  /** The work stage's own repository, beside the checkout: the agent's `.git` is never asked. */
  base: join(workspace, 'base.git'),
  /** Copies of the submodules, of which checkouts borrow. */
  modules: join(workspace, 'modules'),
  /** Objects of Git LFS, as git-lfs has them below lfs.storage. */
  lfs: join(workspace, 'lfs'),
  home: join(workspace, 'home'),
  tmp: join(workspace, 'tmp'),
  /** What phases keep while another one has the checkout and the home: see work/phases.ts. */
  phases: join(workspace, 'phases'),
  pack: join(workspace, 'out', 'snapshot.pack'),
  report: join(workspace, 'out', 'report.json'),
});

/** Everything a stage works with. */
export interface StageContext {
  stage: Stage;
  input: RunnerInput;
  secrets: StageSecrets;
  paths: StagePaths;
  log: StageLog;
  /** Aborts with a StageError as its reason: DeadlineExceeded or Cancelled. */
  signal: AbortSignal;
  /** The environment of the stage's own process. */
  env: NodeJS.ProcessEnv;
}

/** The paths of a stage: each from its variable, else inside BGTASK_JOB_DIR as the local engine lays them out. */
export function stagePaths(stage: Stage, env: NodeJS.ProcessEnv): StagePaths {
  const job = env['BGTASK_JOB_DIR'] ?? '/bgtask';
  const workspace = env['BGTASK_WORKSPACE'] ?? join(job, 'workspace');
  return {
    input: env['BGTASK_INPUT'] ?? join(job, 'input.json'),
    report: env['BGTASK_REPORT'] ?? join(job, `${stage}.report.json`),
    pristine: env['BGTASK_PRISTINE'] ?? join(job, 'pristine'),
    workspace,
    handed: env['BGTASK_HANDED'] ?? workspace,
    ...(env['BGTASK_PROOF'] && { proof: env['BGTASK_PROOF'] }),
    continued: env['BGTASK_CONTINUED'] ?? join(job, CONTINUED),
    pullRequests: env['BGTASK_PULL_REQUESTS'] ?? join(job, 'pull-requests'),
  };
}

/** Every value that must be in no log, report or pull request. */
export const secretValues = ({ forgeToken, pushToken, forgeApp, modelKeys }: StageSecrets): string[] =>
  [forgeToken, pushToken, forgeApp?.privateKey, ...Object.values(modelKeys ?? {})].filter(
    (value) => value !== undefined,
  );

/** Reads what the stage is to do. Throws an Error with a sentence if the file is missing or is not JSON. */
export async function readInput(path: string): Promise<RunnerInput> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as RunnerInput;
  } catch (error) {
    throw new Error(`its input ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Writes the termination message so that a reader sees all of it or none. */
export async function writeReport(path: string, report: StageReport): Promise<void> {
  const text = formatReport(report);
  // A container's termination log is a mounted file: it cannot be replaced, only written.
  if (path.startsWith('/dev/')) return writeFile(path, text);
  writeAtomic(path, text);
}
