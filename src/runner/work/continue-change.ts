import { mkdir, realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LeftChange } from '../../domain/kept-change.ts';
import { git, GitError, type GitOptions, gitPaths } from '../git.ts';
import { inWorkspace } from '../stage-context.ts';
import { WorkTree } from '../work-tree.ts';
import { type Continued, readContinued } from './continued.ts';
import type { Work } from './job.ts';

/** Names of conversations: part of a file's name. */
const SESSION = /^[\w-]{1,128}$/;
/** The mode of a submodule in git's raw diff. */
const GITLINK = '160000';

/** The tree of the kept change on the base as it is now. Rejects when its commit's own base is not there, or it conflicts. */
async function treeOn(base: string, continued: Continued, options: GitOptions): Promise<string> {
  const commit = await continued.commitInto(options);
  if (continued.said.base === base) return git(['rev-parse', '--verify', `${commit}^{tree}`], options);
  const merged = await git(['merge-tree', '--write-tree', '--no-messages', base, commit], options);
  return merged.split('\n')[0] ?? '';
}

interface Differing {
  put: string[];
  gone: string[];
}

/** Files that differ between two trees, by what becomes of them. Submodules stay where the base has them, and pointers would lack their content. */
async function differing(
  base: string,
  tree: string,
  left: LeftChange,
  options: GitOptions,
): Promise<Differing> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-renames',
    '--abbrev=64',
    '--ignore-submodules=none',
    base,
    tree,
  ];
  const raw = await gitPaths(args, options);
  const pointers = new Set(left.pointers?.map((path) => Buffer.from(path).toString('latin1')));
  const found: Differing = { put: [], gone: [] };
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [before = '', after = '', , , status] = (raw[at] ?? '').split(' ');
    const path = raw[at + 1] ?? '';
    if (before.endsWith(GITLINK) || after === GITLINK || pointers.has(path)) continue;
    (status === 'D' ? found.gone : found.put).push(path);
  }
  return found;
}

/** Why a kept change cannot be gone on with. */
function cause(error: unknown): string {
  if (error instanceof GitError && error.exitCode === 1) return 'it conflicts with the base as it is now';
  if (error instanceof GitError)
    return `the base that it stands on is gone: ${error.stderr.trim().split('\n').at(-1) ?? ''}`;
  throw error;
}

/**
 * Puts the kept change of an earlier task into the checkout, where the task goes on with one. Call it after the workspace is prepared and before the agent:
 * the files are part of the change then. Where it cannot be done the log says why, and the agent begins with the base.
 */
export async function continueChange(job: Work): Promise<void> {
  const { context, base, snapshots } = job;
  const { input, paths, log, signal } = context;
  if (!input.spec.continueFrom) return;
  const from = `the change of ${input.continues?.task ?? input.spec.continueFrom}`;
  const continued = await readContinued(paths.continued);
  if (!continued) return log.line(`Begins with the base: ${from} is not kept any more`);
  const place = inWorkspace(paths.workspace);
  const options: GitOptions = { gitDir: place.base, signal };
  let tree: string;
  try {
    tree = await treeOn(base, continued, options);
  } catch (error) {
    signal.throwIfAborted();
    return log.line(`Begins with the base: ${from} cannot be gone on with, because ${cause(error)}`);
  }
  const { said } = continued;
  const { put, gone } = await differing(base, tree, said, options);
  const checkout = new WorkTree(place.checkout);
  for (const path of gone) if (await checkout.reach(path)) await rm(checkout.full(path), { force: true });
  await snapshots.restore(tree, put);
  log.line(`Goes on with ${from}: ${put.length + gone.length} files`);
  if (said.pointers) log.line(`Files in Git LFS begin with the base: ${said.pointers.join(', ')}`);
  job.earlier = said;
  job.begun = true;
  job.summary = said.summary;
  await continueConversation(job, continued);
}

/** Puts the agent's conversation where its program looks for it. The same agent alone can continue it. */
async function continueConversation(job: Work, continued: Continued): Promise<void> {
  const { said } = continued;
  const { agent, context } = job;
  const { paths, log } = context;
  const place = inWorkspace(paths.workspace);
  if (!said.session || !SESSION.test(said.session) || said.agent !== agent.name || !agent.conversations)
    return;
  const to = agent.conversations.path(place.home, await realpath(place.checkout), said.session);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  if (!(await continued.conversationTo(to))) return;
  job.session = said.session;
  log.line(`Continues the conversation ${said.session}`);
}
