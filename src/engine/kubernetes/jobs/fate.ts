import { isReason } from '../../../domain/reasons.ts';
import { containerFate } from './fates/container.ts';
import { jobFate } from './fates/job.ts';
import { podFate } from './fates/pod.ts';
import { unstartedFate } from './fates/unstarted.ts';
import { FATE_ANNOTATION } from './job-names.ts';
import { currentPod, type Fate, type JobSeen } from './job-seen.ts';

/** What happened to a Job from outside, as far as an object still shows it. The source that says most comes first. */
export function fateOf(seen: JobSeen): Fate | undefined {
  const newest = currentPod(seen);
  return (
    keptFate(seen) ??
    (newest && (containerFate(newest, seen.now) ?? podFate(newest, seen))) ??
    unstartedFate(seen, newest) ??
    jobFate(seen, newest)
  );
}

/** The fate that was written down when the Job was stopped for it. */
function keptFate({ job }: JobSeen): Fate | undefined {
  const text = job.metadata.annotations?.[FATE_ANNOTATION];
  if (!text) return undefined;
  try {
    const { reason, message } = JSON.parse(text) as Partial<Fate>;
    return isReason(reason) && typeof message === 'string' ? { reason, message } : undefined;
  } catch {
    return undefined;
  }
}
