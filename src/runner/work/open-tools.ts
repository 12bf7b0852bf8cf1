import type { Agent } from '../agents/agent.ts';
import { git } from '../git.ts';
import { furnishHome } from '../home/furnish.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';
import type { Snapshots } from '../snapshot.ts';
import { taskSnapshots } from '../task-snapshots.ts';
import { openTemporary } from '../temporary.ts';
import { BaseRuns } from './base-runs.ts';
import type { ChangeChecks } from './check-change.ts';
import { CheckRunner } from './check-runner.ts';
import { Installed } from './installed.ts';
import { PhaseNetwork } from './phase-network.ts';
import { Phases } from './phases.ts';
import { roomsOf } from './rooms-of.ts';
import { Workspace } from './workspace.ts';

/** What a stage works with that runs a repository's programs. */
export interface WorkTools extends ChangeChecks {
  phases: Phases;
  snapshots: Snapshots;
  /** The commit that was cloned. */
  base: string;
  /** Removes the folders for temporary files. */
  close(): Promise<void>;
}

/**
 * Makes a home and opens the phase `install`. `agent` is the one that works in the stage, where one does. Throws EnvironmentNotReady where a sandbox
 * is required and does not work.
 */
export async function openTools(context: StageContext, agent?: Agent): Promise<WorkTools> {
  const { input, paths, signal, env } = context;
  const place = inWorkspace(paths.workspace);
  await furnishHome(place.home, env);
  const temporary = await openTemporary(env, place.tmp);
  try {
    const base = await git(['rev-parse', '--verify', 'HEAD^{commit}'], { gitDir: place.base });
    const rooms = await roomsOf(context, agent);
    const network = rooms.kind === 'bwrap' ? await PhaseNetwork.read(context, agent) : undefined;
    const phases = new Phases(context, rooms, temporary.path, network);
    await phases.open('install');
    const tools = { context, phases, installed: new Installed(context, phases, agent?.folders) };
    const runner = new CheckRunner(context, phases);
    const snapshots = taskSnapshots(paths.workspace, { input, base, signal });
    const workspace = new Workspace(tools, runner, snapshots, base);
    const baseRuns = new BaseRuns(tools, runner);
    const close = async (): Promise<void> => {
      await phases.close();
      await temporary.close();
    };
    return { context, phases, snapshots, base, runner, workspace, baseRuns, close };
  } catch (error) {
    await temporary.close();
    throw error;
  }
}
