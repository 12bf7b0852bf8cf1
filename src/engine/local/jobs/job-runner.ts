import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jobName } from '../../../api/names.ts';
import type { AgenticSession } from '../../../api/types.ts';
import { BgtaskError, messageOf } from '../../../domain/errors.ts';
import type { KeptChange } from '../../../domain/kept-change.ts';
import type { JobEngine, JobObservation, Key } from '../../engine.ts';
import type { RunnerInput } from '../../runner-input.ts';
import { momentNow } from '../../running-time.ts';
import { keepBallast } from '../ballast.ts';
import type { LocalPaths } from '../paths.ts';
import { ChangeHub } from './change-hub.ts';
import { createExclusive } from '../../atomic-file.ts';
import { onDisk } from './durable-file.ts';
import { createJob, removeJob, sweep } from './job-creation.ts';
import { readKept } from '../kept/kept-folder.ts';
import { salvage } from '../kept/salvage.ts';
import { takeLeft } from '../kept/take-left.ts';
import { regainJob } from './give-up.ts';
import { GivenUpJobs, givenUpFacts } from './given-up.ts';
import { JobFiles, readFate } from './job-files.ts';
import { FILE, hasMarker, isOf, type JobKey, type JobRecord, readRecord, VOLUME } from './job-folder.ts';
import { archiveJob } from './job-logs.ts';
import type { LoopTimes } from './job-loop.ts';
import { FAILURES, RunningJobs } from './running-jobs.ts';
import type { StageLauncher } from './stage-process.ts';
import { readStage } from './stage-state.ts';

export interface JobRunnerOptions extends StageLauncher {
  paths: Pick<LocalPaths, 'state' | 'jobs' | 'logs'>;
  /** Milliseconds; 3,000 to kill, 30,000 to claim, 200 to poll and 1,000 to try again when absent. */
  times?: Partial<LoopTimes>;
  /** What the disk refused while a Job ran; the step is tried again. */
  onError?: (key: Key, error: unknown) => void;
}

/**
 * Jobs as child processes. Only the supervisor, the holder of the lease, starts, stops, archives and removes; observe, list and logs read files
 * and work in any process. `changes` tells what this very object sees.
 */
export class JobRunner implements JobEngine {
  readonly #options: JobRunnerOptions;
  readonly #files: JobFiles;
  readonly #hub = new ChangeHub();
  readonly #given = new GivenUpJobs();
  readonly #running: RunningJobs;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#files = new JobFiles(options.paths);
    this.#running = new RunningJobs(options, this.#given, (key) => this.#hub.emit(key));
  }

  async start(session: AgenticSession, input: RunnerInput): Promise<'started' | 'exists'> {
    const { namespace, name, uid } = session.metadata;
    const dir = this.#folder(session.metadata);
    const began = momentNow();
    const record: JobRecord = {
      jobName: jobName(name),
      startedAt: new Date().toISOString(),
      began,
      session: { namespace, name, uid },
      cookie: randomUUID(),
    };
    await this.#clearEarlier(dir, session.metadata);
    this.#given.forget(dir);
    const { continueFrom } = session.spec;
    const continued = continueFrom ? this.#files.kept({ namespace, name: continueFrom }) : undefined;
    const created = createJob(dir, { record, input: { ...input, began }, continued });
    this.#running.ensure(session.metadata, dir);
    return created ? 'started' : 'exists';
  }

  /** A Job whose folder cannot be read is given up after some looks. Rejects before that. */
  async observe(session: JobKey): Promise<JobObservation | undefined> {
    const dir = this.#folder(session);
    const given = this.#given.of(dir, session);
    if (given) return givenUpFacts(given, await this.#files.observe(session).catch(() => undefined));
    try {
      const seen = await this.#files.observe(session);
      this.#given.succeeded(dir);
      return seen;
    } catch (error) {
      // Where a loop runs the Job, that one gives it up.
      if (!this.#running.isIn(dir) && this.#given.failed(dir) >= FAILURES)
        await this.#running.giveUp(session, { dir, record: unknownRecord(session) }, error);
      throw error;
    }
  }

  async stop(session: JobKey): Promise<void> {
    const dir = this.#folder(session);
    if (this.#given.of(dir, session)) return;
    const record = this.#running.record(dir);
    if (!record || !isOf(record, session) || hasMarker(dir, 'finished')) return;
    try {
      onDisk(`The Job ${record.jobName} cannot be marked as stopped`, () =>
        createExclusive(join(dir, FILE.stop), ''),
      );
    } finally {
      this.#running.ensure(session, dir)?.stop();
    }
  }

  /** Files stay where they are. */
  async keepLog(): Promise<void> {}

  async archive(session: JobKey): Promise<string | undefined> {
    const dir = this.#folder(session);
    const archive = this.#files.archive(session);
    try {
      const record = readRecord(dir);
      if (record && isOf(record, session)) await archiveJob(dir, archive);
    } catch (error) {
      // The status has the log's end. To wait for room would keep what takes the room.
      if (!this.#isGivenUp(dir, session)) throw error;
    }
    return this.#files.hasArchive(session) ? pathToFileURL(archive).href : undefined;
  }

  async keepChange(session: JobKey): Promise<KeptChange | undefined> {
    try {
      return await this.#keepChange(session);
    } catch (error) {
      if (!this.#isGivenUp(this.#folder(session), session)) throw error;
      return { note: `The change is not kept: ${messageOf(error)}` };
    }
  }

  async #keepChange(session: JobKey): Promise<KeptChange | undefined> {
    const folder = this.#files.kept(session);
    const kept = readKept(folder, session)?.change;
    const dir = this.#folder(session);
    const record = readRecord(dir);
    if (kept || !record || !isOf(record, session)) return kept;
    const { state } = readStage(dir, 'work');
    if (state === 'unclaimed') return undefined;
    // A stop ends all processes of the Job, so the stage's own git too: the change is taken afterwards.
    if (state === 'lost' || hasMarker(dir, 'stop')) await salvage(this.#options, dir, record);
    const left = { workspace: join(dir, VOLUME.workspace), wasKilled: state === 'lost' };
    return takeLeft(left, folder, record.session.uid);
  }

  patch(session: JobKey): Promise<Uint8Array | undefined> {
    return this.#files.patch(session);
  }

  async remove(session: JobKey): Promise<void> {
    const dir = this.#folder(session);
    const given = this.#given.of(dir, session);
    const record = given?.record ?? readRecord(dir);
    if (!record || !isOf(record, session)) return;
    if (!given && !hasMarker(dir, 'finished'))
      throw new BgtaskError('Conflict', `The Job ${record.jobName} has not finished`, {
        hint: 'Stop it first.',
      });
    await removeJob(dir);
    this.#given.forget(dir);
    if (given) keepBallast(this.#options.paths.state);
    this.#hub.emit(session);
  }

  list(): Promise<Key[]> {
    return this.#files.list();
  }

  logs(session: JobKey, options: { follow: boolean; signal: AbortSignal }): AsyncIterable<string> {
    return this.#files.logs(session, options);
  }

  changes(signal: AbortSignal): AsyncIterable<Key> {
    return this.#hub.changes(signal);
  }

  /** Takes up every Job that has not finished, and sweeps up after a supervisor that was killed. Call it once the lease is held. */
  async resume(): Promise<void> {
    const { jobs } = this.#options.paths;
    for (const key of await this.list())
      try {
        this.#running.ensure(key, this.#folder(key));
      } catch (error) {
        // The others go on; a damaged Job is given up when it is looked at.
        this.#options.onError?.(key, error);
      }
    if (!existsSync(jobs)) return;
    for (const namespace of await readdir(jobs))
      await sweep(join(jobs, namespace)).catch((error: unknown) =>
        this.#options.onError?.({ namespace, name: '' }, error),
      );
  }

  /** Lets go of all Jobs. Their stages run on, for the next supervisor to take up. */
  close(): Promise<void> {
    return this.#running.close();
  }

  /** An earlier session's Job of the same name makes room, once it has finished. */
  async #clearEarlier(dir: string, key: JobKey): Promise<void> {
    const earlier = readRecord(dir);
    if (!earlier || isOf(earlier, key)) return;
    if (hasMarker(dir, 'finished')) return removeJob(dir);
    await this.stop({ namespace: key.namespace, name: key.name });
    throw new BgtaskError(
      'Conflict',
      `The Job ${earlier.jobName} of a deleted task of the same name is still being ended`,
      {
        hint: 'The task starts when it has ended.',
      },
    );
  }

  /** The path of a session's Job, with this user's rights on it. */
  #folder(key: Key): string {
    const dir = this.#files.folder(key);
    regainJob(dir);
    return dir;
  }

  #isGivenUp(dir: string, session: JobKey): boolean {
    return this.#given.of(dir, session) !== undefined || readFate(dir)?.reason === 'StateUnwritable';
  }
}

/** Stands for a record that cannot be read, of a Job that an earlier supervisor started. */
const unknownRecord = ({ namespace, name, uid }: JobKey): JobRecord => ({
  jobName: jobName(name),
  startedAt: new Date().toISOString(),
  session: { namespace, name, uid },
  cookie: '',
});
