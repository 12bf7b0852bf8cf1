import { deadlineMessage } from '../../../../domain/deadline.ts';
import { type Fate, failureOf, type JobSeen, type SeenPod } from '../job-seen.ts';
import { quoted } from './sentence.ts';
import { isUnbegun } from './unstarted.ts';

/** What the Job itself says of its end, and what its missing pod does. */
export function jobFate({ job, jobGone }: JobSeen, pod: SeenPod | undefined): Fate | undefined {
  const failure = failureOf(job);
  if (failure?.reason === 'DeadlineExceeded' && pod && isUnbegun(pod))
    return {
      reason: 'NeverScheduled',
      message: `The time of the Job ${job.metadata.name} was over before its pod began: no operator gave it more. Nothing was changed. Retry the task.`,
    };
  if (failure?.reason === 'DeadlineExceeded')
    return { reason: 'DeadlineExceeded', message: deadlineMessage(job.spec?.activeDeadlineSeconds ?? 0) };
  if (jobGone)
    return {
      reason: 'RunnerLost',
      message: `The Job ${job.metadata.name} was deleted while the task ran. See whether its branch is there, then retry the task.`,
    };
  if (!failure || pod) return undefined;
  return {
    reason: 'RunnerLost',
    message: `The task's pod is gone, deleted by hand or with its node (${quoted(failure.message ?? failure.reason)}). See whether its branch is there, then retry the task.`,
  };
}
