import type { Key } from '../../engine.ts';
import type { LocalPaths } from '../paths.ts';
import { giveUp, regainJob } from './give-up.ts';
import type { GivenUpJobs } from './given-up.ts';
import { hasMarker, type JobRecord, readRecord } from './job-folder.ts';
import { JobLoop, type LoopTimes } from './job-loop.ts';
import type { StageLauncher } from './stage-process.ts';
import { Wake } from './wake.ts';

/** How often in a row a Job's folder may fail before the Job is given up. */
export const FAILURES = 5;

/** A Job in its folder. */
interface Job {
  dir: string;
  record: JobRecord;
}

interface Running extends Job {
  loop: JobLoop;
  done: Promise<void>;
}

interface Options extends StageLauncher {
  paths: Pick<LocalPaths, 'state'>;
  times?: Partial<LoopTimes>;
  onError?: (key: Key, error: unknown) => void;
}

/** The Jobs that this process takes through their stages. */
export class RunningJobs {
  readonly #options: Options;
  readonly #times: LoopTimes;
  readonly #given: GivenUpJobs;
  readonly #changed: (key: Key) => void;
  /** By the Jobs' cookies. */
  readonly #loops = new Map<string, Running>();
  readonly #pause = new Wake();
  #closed = false;

  constructor(options: Options, given: GivenUpJobs, changed: (key: Key) => void) {
    this.#options = options;
    this.#times = { killAfter: 3000, claim: 30_000, poll: 200, retry: 1000, ...options.times };
    this.#given = given;
    this.#changed = changed;
  }

  /** The loop that runs the Job in a folder; undefined when the Job needs none. */
  ensure({ namespace, name }: Key, dir: string): JobLoop | undefined {
    const key = { namespace, name };
    const record = this.record(dir);
    const running = record && this.#loops.get(record.cookie);
    if (running) return running.loop;
    if (!record || hasMarker(dir, 'finished') || this.#closed) return undefined;
    const loop = new JobLoop({ dir, record }, this.#options, this.#times, () => this.#changed(key));
    const done = this.#drive(key, { dir, record }, loop).finally(() => this.#loops.delete(record.cookie));
    this.#loops.set(record.cookie, { dir, record, loop, done });
    return loop;
  }

  /** The record of the Job in a folder; where it cannot be read, that of the Job which runs there. */
  record(dir: string): JobRecord | undefined {
    try {
      return readRecord(dir);
    } catch (error) {
      const running = this.#in(dir);
      if (running) return running.record;
      throw error;
    }
  }

  /** True for a folder whose Job is run: the loop gives it up where that is needed. */
  isIn(dir: string): boolean {
    return this.#in(dir) !== undefined;
  }

  /** Ends a Job whose folder cannot be used: see giveUp. */
  async giveUp({ namespace, name }: Key, { dir, record }: Job, error: unknown): Promise<void> {
    const fate = await giveUp({ dir, record, state: this.#options.paths.state }, error);
    this.#given.add(dir, { record, fate });
    this.#changed({ namespace, name });
  }

  /** Lets go of all Jobs. Their stages run on, for the next supervisor to take up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.wake();
    const loops = [...this.#loops.values()];
    for (const { loop } of loops) loop.leave();
    await Promise.all(loops.map(({ done }) => done));
  }

  #in(dir: string): Running | undefined {
    for (const running of this.#loops.values()) if (running.dir === dir) return running;
    return undefined;
  }

  /** Runs a Job to its end. One whose folder fails some times in a row is given up. */
  async #drive(key: Key, job: Job, loop: JobLoop): Promise<void> {
    for (let failures = 1; ; failures++) {
      const since = performance.now();
      try {
        return await loop.run();
      } catch (error) {
        this.#options.onError?.(key, error);
        if (this.#closed) return;
        // It went well for a time in between.
        if (performance.now() - since > this.#times.retry * FAILURES) failures = 1;
        if (failures >= FAILURES) return await this.giveUp(key, job, error);
        this.#changed(key);
        await this.#pause.wait(this.#times.retry);
        regainJob(job.dir);
      }
    }
  }
}
