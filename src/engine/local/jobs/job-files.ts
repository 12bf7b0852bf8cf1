import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isReason } from '../../../domain/reasons.ts';
import type { JobObservation, Key } from '../../engine.ts';
import { ranSince } from '../../running-time.ts';
import type { LocalPaths } from '../paths.ts';
import { codeOf } from '../../atomic-file.ts';
import { KEPT, readKept } from '../kept/kept-folder.ts';
import { isThere, readObject, unavailable } from './durable-file.ts';
import {
  ARCHIVE_SUFFIX,
  FILE,
  hasMarker,
  isOf,
  type JobKey,
  type JobRecord,
  KEPT_SUFFIX,
  readRecord,
  sessionPath,
} from './job-folder.ts';
import { archiveText, jobText } from './job-logs.ts';
import { LiveLog } from './live-log.ts';
import { observeStage } from './stage-state.ts';

/** Jobs whose logs' ends are kept in memory at once, some 30 KB each. */
const CACHED = 200;

/** Folders in a folder, without hidden ones; none when it is not there. */
async function folders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw unavailable(`The folder ${path} cannot be read`, error);
  }
}

/** What happened to a Job from outside, as its folder says. */
export function readFate(dir: string): JobObservation['fate'] {
  const raw = readObject(join(dir, FILE.fate));
  return raw && isReason(raw['reason'])
    ? { reason: raw['reason'], message: String(raw['message']) }
    : undefined;
}

/** Reads Jobs from their folders. Any process may, also one that does not run them. */
export class JobFiles {
  readonly #paths: Pick<LocalPaths, 'jobs' | 'logs'>;
  /** By cookie, newest use last. */
  readonly #live = new Map<string, LiveLog>();

  constructor(paths: Pick<LocalPaths, 'jobs' | 'logs'>) {
    this.#paths = paths;
  }

  /** The path of a session's Job. */
  folder(key: Key): string {
    return sessionPath(this.#paths.jobs, key);
  }

  /** The path of a session's archived log, whether it is there or not. */
  archive(key: Key): string {
    return sessionPath(this.#paths.logs, key, ARCHIVE_SUFFIX);
  }

  /** The path of a session's kept change, whether it is there or not. */
  kept(key: Key): string {
    return sessionPath(this.#paths.logs, key, KEPT_SUFFIX);
  }

  /** The patch of a session's kept change; undefined when none is kept. */
  async patch(key: JobKey): Promise<Uint8Array | undefined> {
    const folder = this.kept(key);
    if (!readKept(folder, key)?.change.location) return undefined;
    const path = join(folder, KEPT.patch);
    try {
      return await readFile(path);
    } catch (error) {
      throw unavailable(`The kept change ${path} cannot be read`, error);
    }
  }

  /** What is there of a session's Job. A key with a uid never names the Job of an earlier session of that name. */
  async observe(key: JobKey): Promise<JobObservation | undefined> {
    const dir = this.folder(key);
    const record = readRecord(dir);
    if (!record || !isOf(record, key)) return undefined;
    // Read first: what is read after it was true is final.
    const finished = hasMarker(dir, 'finished');
    const stages = {
      clone: observeStage(dir, 'clone'),
      work: observeStage(dir, 'work'),
      prove: { state: 'absent' as const },
      publish: observeStage(dir, 'publish'),
    };
    const fate = readFate(dir);
    const live = await this.#liveLog(dir, record).read();
    // Removed meanwhile: the half of it that was read would look like a Job that never began.
    if (readRecord(dir)?.cookie !== record.cookie) return undefined;
    return {
      name: record.jobName,
      startedAt: record.startedAt,
      ranFor: ranSince(record.began),
      stages,
      finished,
      ...(fate && { fate }),
      live,
    };
  }

  /** Keys of sessions that have a Job, in order. */
  async list(): Promise<Key[]> {
    const keys: Key[] = [];
    for (const namespace of (await folders(this.#paths.jobs)).sort())
      for (const name of (await folders(join(this.#paths.jobs, namespace))).sort())
        if (isThere(join(this.#paths.jobs, namespace, name, FILE.record))) keys.push({ namespace, name });
    return keys;
  }

  /** The log's text, from the Job or from the archive. Ends at once, without any text, when there is neither. */
  async *logs(key: JobKey, options: { follow: boolean; signal: AbortSignal }): AsyncGenerator<string> {
    const dir = this.folder(key);
    const record = readRecord(dir);
    let shown = 0;
    if (record && isOf(record, key)) {
      for await (const text of jobText(dir, options)) {
        shown += text.length;
        yield text;
      }
      if (options.signal.aborted || existsSync(join(dir, FILE.record))) return;
    }
    if (this.hasArchive(key)) yield* archiveText(this.archive(key), shown, options.signal);
  }

  /** True when the session's log was archived; one older than the session is an earlier session's of the same name. */
  hasArchive(key: JobKey): boolean {
    const made = statSync(this.archive(key), { throwIfNoEntry: false })?.mtimeMs;
    return made !== undefined && (!key.creationTimestamp || made >= Date.parse(key.creationTimestamp));
  }

  #liveLog(dir: string, { cookie }: JobRecord): LiveLog {
    const log = this.#live.get(cookie) ?? new LiveLog(dir);
    this.#live.delete(cookie);
    this.#live.set(cookie, log);
    const oldest = this.#live.keys().next().value;
    if (this.#live.size > CACHED && oldest !== undefined) this.#live.delete(oldest);
    return log;
  }
}
