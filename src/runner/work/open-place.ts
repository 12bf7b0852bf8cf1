import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StageError } from '../../domain/reasons.ts';
import { checkOut } from '../checkout.ts';
import { git, gitFailure, readable, SERVE_FLAGS } from '../git.ts';
import { furnishHome } from '../home/furnish.ts';
import type { Link } from '../links.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';
import type { Installed } from './installed.ts';
import type { Phase, Phases } from './phases.ts';

export interface PlaceTools {
  context: StageContext;
  phases: Phases;
  installed: Installed;
}

export interface NewPlace {
  phase: Phase;
  /** The commit whose files its checkout has; the base when absent. */
  change?: string;
  /** Submodules that are at another commit than the base's; their commits are in the agent's checkout. */
  moved?: readonly Link[];
  /** True for dependencies as they were before the agent began; false for a home without any. */
  isInstalled: boolean;
}

/**
 * Gives the folders to a phase that sees a checkout of one commit, a home, and of what ran before nothing but the installed dependencies.
 * Rejects when git or the disk refuses.
 */
export async function openPlace(tools: PlaceTools, place: NewPlace): Promise<void> {
  const { context, phases, installed } = tools;
  const { phase, change, moved = [], isInstalled } = place;
  const { base, modules } = inWorkspace(context.paths.workspace);
  // The files of Git LFS that the change adds are where it was made.
  const { lfs } = inWorkspace(context.paths.handed);
  await phases.discard(phase);
  await phases.open(phase);
  const checkout = phases.kept(phase, 'checkout');
  await mkdir(dirname(checkout), { recursive: true, mode: 0o700 });
  await checkOut({ base, modules, lfs }, checkout, change);
  for (const link of moved) await moveSubmodule(context, link, checkout);
  if (isInstalled) await installed.give(phase);
  else await furnishHome(phases.kept(phase, 'home'), context.env);
  await phases.enter(phase);
}

/** Takes a submodule's commit from the agent's checkout, which serves it as data: nothing that its configuration names is run. */
async function moveSubmodule(
  { paths, signal }: StageContext,
  { path, commit }: Link,
  checkout: string,
): Promise<void> {
  const from = join(inWorkspace(paths.handed).checkout, readable(path));
  const folder = join(checkout, readable(path));
  const options = { gitDir: join(folder, '.git'), workTree: folder, signal };
  try {
    await git(
      ['fetch', '--quiet', '--no-tags', `--upload-pack=git ${SERVE_FLAGS} upload-pack`, from, 'HEAD'],
      options,
    );
    await git(['checkout', '--quiet', '--detach', commit], options);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StageError) throw error;
    throw gitFailure(
      'AgentFailed',
      `The submodule ${JSON.stringify(readable(path))} cannot be taken from the checkout.`,
      error,
    );
  }
}
