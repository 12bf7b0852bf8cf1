import type { JobObservation } from '../../engine.ts';
import type { Fate } from './give-up.ts';
import { isOf, type JobKey, type JobRecord } from './job-folder.ts';

interface GivenUp {
  record: JobRecord;
  fate: Fate;
}

/** Jobs that this process ended because their folders cannot be used. They are remembered here: their folders may not be able to say it. */
export class GivenUpJobs {
  readonly #jobs = new Map<string, GivenUp>();
  readonly #failures = new Map<string, number>();

  add(dir: string, job: GivenUp): void {
    this.#jobs.set(dir, job);
  }

  /** The Job in a folder, if it was given up and is the key's. */
  of(dir: string, key: JobKey): GivenUp | undefined {
    const job = this.#jobs.get(dir);
    return job && isOf(job.record, key) ? job : undefined;
  }

  forget(dir: string): void {
    this.#jobs.delete(dir);
    this.#failures.delete(dir);
  }

  /** Counts a failed look at a folder; how many there were since the last good one. */
  failed(dir: string): number {
    const failures = (this.#failures.get(dir) ?? 0) + 1;
    this.#failures.set(dir, failures);
    return failures;
  }

  succeeded(dir: string): void {
    this.#failures.delete(dir);
  }
}

/** What there is to see of a Job that was given up: what its folder still says, and its end. */
export const givenUpFacts = (
  { record, fate }: GivenUp,
  seen: JobObservation | undefined,
): JobObservation => ({
  name: record.jobName,
  startedAt: record.startedAt,
  stages: {
    clone: { state: 'waiting' },
    work: { state: 'waiting' },
    prove: { state: 'absent' },
    publish: { state: 'waiting' },
  },
  live: { logTail: '' },
  ...seen,
  finished: true,
  fate,
});
