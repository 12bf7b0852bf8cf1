import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { JOB_DIR_ENV } from '../jobs/claim.ts';
import type { JobRecord } from '../jobs/job-folder.ts';
import type { StageLauncher } from '../jobs/stage-process.ts';

/** Milliseconds that taking the change from the checkout of a killed stage may take. */
const SALVAGE_TIME = 60_000;

/**
 * Has a process of its own take the change from the checkout of a work stage that was killed, and leave it as the stage would have. Nothing happens where the
 * agent had not begun. Resolves in any case: what there is afterwards says how it went.
 */
export async function salvage(launcher: StageLauncher, dir: string, { session }: JobRecord): Promise<void> {
  const [program = '', ...args] = launcher.command;
  const child = spawn(program, [...args, 'runner', 'keep'], {
    cwd: dir,
    detached: true,
    stdio: 'ignore',
    env: { ...launcher.stageEnv('work', session), [JOB_DIR_ENV]: dir },
  });
  const timer = setTimeout(() => {
    // With all that it started: its group is its own.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, SALVAGE_TIME);
  try {
    await once(child, 'exit');
  } catch {
    // It could not be started.
  } finally {
    clearTimeout(timer);
  }
}
