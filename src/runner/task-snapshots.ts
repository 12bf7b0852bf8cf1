import type { RunnerInput } from '../engine/runner-input.ts';
import { Snapshots } from './snapshot.ts';
import { inWorkspace } from './stage-context.ts';

/** The snapshots of a task's checkout. `base`: the commit to compare with. */
export function taskSnapshots(
  workspace: string,
  { input, base, signal }: { input: RunnerInput; base: string; signal: AbortSignal },
): Snapshots {
  const place = inWorkspace(workspace);
  return new Snapshots({
    gitDir: place.base,
    workTree: place.checkout,
    modules: place.modules,
    lfs: place.lfs,
    base,
    instructions: input.spec.prompt ?? '',
    fileBytes: input.limits.fileBytes,
    signal,
  });
}
