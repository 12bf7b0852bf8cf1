import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jobName } from '../../../api/names.ts';
import type { AgenticSession } from '../../../api/types.ts';
import { BgtaskError } from '../../../domain/errors.ts';
import type { KeptChange } from '../../../domain/kept-change.ts';
import type { JobEngine, JobObservation, Key } from '../../engine.ts';
import type { RunnerInput } from '../../runner-input.ts';
import type { LocalPaths } from '../paths.ts';
import { ChangeHub } from './change-hub.ts';
import { createExclusive } from '../../atomic-file.ts';
import { onDisk } from './durable-file.ts';
import { createJob, removeJob, sweep } from './job-creation.ts';
import { readKept } from '../kept/kept-folder.ts';
import { salvage } from '../kept/salvage.ts';
import { takeLeft } from '../kept/take-left.ts';
import { JobFiles } from './job-files.ts';
import { FILE, hasMarker, isOf, type JobKey, type JobRecord, readRecord, VOLUME } from './job-folder.ts';
import { archiveJob } from './job-logs.ts';
import { JobLoop, type LoopTimes } from './job-loop.ts';
import type { StageLauncher } from './stage-process.ts';
import { readStage } from './stage-state.ts';
import { Wake } from './wake.ts';

export interface JobRunnerOptions extends StageLauncher {
  paths: Pick<LocalPaths, 'jobs' | 'logs'>;
  /** Milliseconds; 3,000 to kill, 30,000 to claim and 200 to poll when absent. */
  times?: Partial<LoopTimes>;
  /** What the disk refused while a Job ran; the step is tried again. */
  onError?: (key: Key, error: unknown) => void;
}

/** Milliseconds after which a Job whose files could not be written is taken up again. */
const RETRY = 1000;

/**
 * Jobs as child processes. Only the supervisor, the holder of the lease, starts, stops, archives and removes; observe, list and logs read files
 * and work in any process. `changes` tells what this very object sees.
 */
export class JobRunner implements JobEngine {
  readonly #options: JobRunnerOptions;
  readonly #times: LoopTimes;
  readonly #files: JobFiles;
  readonly #hub = new ChangeHub();
  /** By the Jobs' cookies. */
  readonly #loops = new Map<string, { loop: JobLoop; done: Promise<void> }>();
  readonly #pause = new Wake();
  #closed = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#times = { killAfter: 3000, claim: 30_000, poll: 200, ...options.times };
    this.#files = new JobFiles(options.paths);
  }

  async start(session: AgenticSession, input: RunnerInput): Promise<'started' | 'exists'> {
    const { namespace, name, uid } = session.metadata;
    const dir = this.#files.folder(session.metadata);
    const record: JobRecord = {
      jobName: jobName(name),
      startedAt: new Date().toISOString(),
      session: { namespace, name, uid },
      cookie: randomUUID(),
    };
    await this.#clearEarlier(dir, session.metadata);
    const { continueFrom } = session.spec;
    const continued = continueFrom ? this.#files.kept({ namespace, name: continueFrom }) : undefined;
    const created = createJob(dir, { record, input, continued });
    this.#ensureLoop(session.metadata);
    return created ? 'started' : 'exists';
  }

  observe(session: JobKey): Promise<JobObservation | undefined> {
    return this.#files.observe(session);
  }

  async stop(session: JobKey): Promise<void> {
    const dir = this.#files.folder(session);
    const record = readRecord(dir);
    if (!record || !isOf(record, session) || hasMarker(dir, 'finished')) return;
    try {
      onDisk(`The Job ${record.jobName} cannot be marked as stopped`, () =>
        createExclusive(join(dir, FILE.stop), ''),
      );
    } finally {
      this.#ensureLoop(session)?.stop();
    }
  }

  /** Files stay where they are. */
  async keepLog(): Promise<void> {}

  async archive(session: JobKey): Promise<string | undefined> {
    const dir = this.#files.folder(session);
    const record = readRecord(dir);
    const archive = this.#files.archive(session);
    if (record && isOf(record, session)) await archiveJob(dir, archive);
    return this.#files.hasArchive(session) ? pathToFileURL(archive).href : undefined;
  }

  async keepChange(session: JobKey): Promise<KeptChange | undefined> {
    const folder = this.#files.kept(session);
    const kept = readKept(folder, session)?.change;
    const dir = this.#files.folder(session);
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
    const dir = this.#files.folder(session);
    const record = readRecord(dir);
    if (!record || !isOf(record, session)) return;
    if (!hasMarker(dir, 'finished'))
      throw new BgtaskError('Conflict', `The Job ${record.jobName} has not finished`, {
        hint: 'Stop it first.',
      });
    await removeJob(dir);
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
    for (const key of await this.list()) this.#ensureLoop(key);
    if (!existsSync(jobs)) return;
    for (const project of await readdir(jobs)) await sweep(join(jobs, project));
  }

  /** Lets go of all Jobs. Their stages run on, for the next supervisor to take up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.wake();
    const loops = [...this.#loops.values()];
    for (const { loop } of loops) loop.leave();
    await Promise.all(loops.map(({ done }) => done));
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

  /** The loop that runs a Job; undefined when the Job needs none. */
  #ensureLoop({ namespace, name }: Key): JobLoop | undefined {
    const key = { namespace, name };
    const dir = this.#files.folder(key);
    const record = readRecord(dir);
    const running = record && this.#loops.get(record.cookie);
    if (running) return running.loop;
    if (!record || hasMarker(dir, 'finished') || this.#closed) return undefined;
    const loop = new JobLoop({ dir, record }, this.#options, this.#times, () => this.#hub.emit(key));
    const done = this.#drive(key, loop).finally(() => this.#loops.delete(record.cookie));
    this.#loops.set(record.cookie, { loop, done });
    return loop;
  }

  async #drive(key: Key, loop: JobLoop): Promise<void> {
    for (;;) {
      try {
        await loop.run();
        return;
      } catch (error) {
        this.#options.onError?.(key, error);
        this.#hub.emit(key);
        if (this.#closed) return;
        await this.#pause.wait(RETRY);
      }
    }
  }
}
