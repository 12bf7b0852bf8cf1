import { hasCode } from '../../../domain/errors.ts';
import type { JobResources } from './direct-reads.ts';
import type { Tracked } from './job-cache.ts';
import { RETIRED_LABELS } from './job-names.ts';
import { trueCondition } from './objects.ts';

/** Seconds for which the Job of a task that has ended stays, without its pod: kubectl shows in its status how it ended. */
const STAYS = 3600;

/** True when the Job's status will say how it ended; that of a suspended one never does. */
const saysItsEnd = ({ job, pods }: Tracked): boolean =>
  trueCondition(job.status?.conditions, 'Complete', 'Failed') !== undefined ||
  pods.some(({ pod }) => pod.status?.phase === 'Succeeded');

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'NotFound', 'Conflict')) throw error;
}

/** Clears a finished Job away: its pods now, and itself in an hour by the cluster's own clock, where its status is worth reading; else now. */
export async function retire(
  { jobs, pods }: Pick<JobResources, 'jobs' | 'pods'>,
  tracked: Tracked,
): Promise<void> {
  const { namespace, name, uid = '' } = tracked.job.metadata;
  if (!saysItsEnd(tracked)) {
    await jobs.delete({ namespace, name }, { uid, propagation: 'Background' }).catch(ignoreMissing);
    return;
  }
  // The Job last: once it is retired no operator looks at it again, also not for pods that one was killed before deleting.
  for (const { pod, gone } of tracked.pods) {
    const { uid: podUid, name: podName } = pod.metadata;
    if (!gone) await pods.delete({ namespace, name: podName }, { uid: podUid }).catch(ignoreMissing);
  }
  const patch = {
    metadata: { uid, labels: RETIRED_LABELS },
    spec: { ttlSecondsAfterFinished: STAYS },
  };
  await jobs.patch({ namespace, name }, patch).catch(ignoreMissing);
}
