import {
  type FSWatcher,
  createReadStream,
  createWriteStream,
  existsSync,
  renameSync,
  rmSync,
  statSync,
  watch,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Stage } from '../../../domain/report.ts';
import { privateFolder } from '../paths.ts';
import { unavailable } from './durable-file.ts';
import { LOCAL_STAGES, FILE, hasMarker, logFile } from './job-folder.ts';
import { LogFile } from './log-file.ts';
import { headerLine, LogText } from './log-text.ts';
import { observeStage } from './stage-state.ts';
import { Wake } from './wake.ts';

/** Milliseconds between two looks at a followed log when no notice of a change comes: not every file system gives one. */
const SAFETY_POLL = 500;

/** Notices of changes in a folder. */
class FolderWatch {
  readonly #wake = new Wake();
  readonly #signal: AbortSignal;
  readonly #abort = (): void => this.#wake.wake();
  #watcher: FSWatcher | undefined;

  constructor(dir: string, signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#abort);
    try {
      this.#watcher = watch(dir, this.#abort).on('error', () => this.#watcher?.close());
    } catch {
      // No notices left on this system: the poll does.
    }
  }

  async next(): Promise<void> {
    if (!this.#signal.aborted) await this.#wake.wait(SAFETY_POLL, true);
  }

  close(): void {
    this.#watcher?.close();
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/** True when nothing more comes of a stage. */
const isOver = (dir: string, stage: Stage): boolean =>
  hasMarker(dir, 'finished') || observeStage(dir, stage).state === 'ended';

const isThere = (dir: string): boolean => existsSync(join(dir, FILE.record));

/** One stage's log, ending in a newline unless it is empty. Ends early when the Job is removed meanwhile, or the signal aborts. */
async function* stageText(
  dir: string,
  stage: Stage,
  signal: AbortSignal,
  changes?: FolderWatch,
): AsyncGenerator<string> {
  const log = new LogFile(join(dir, logFile(stage)));
  let last = '';
  for (;;) {
    const over = !changes || isOver(dir, stage);
    for await (const { text } of log.read()) {
      if (signal.aborted) return;
      if (text) yield (last = text);
    }
    if (signal.aborted || (!over && !isThere(dir))) return;
    if (over) break;
    await changes.next();
  }
  const { text } = log.end();
  const end = text || last;
  const closing = !end || end.endsWith('\n') ? text : `${text}\n`;
  if (closing) yield closing;
}

/** A Job's log, stage after stage. With follow: until the Job has finished, or was removed. */
export async function* jobText(
  dir: string,
  options: { follow: boolean; signal: AbortSignal; header?: (stage: Stage) => string },
): AsyncGenerator<string> {
  const changes = options.follow ? new FolderWatch(dir, options.signal) : undefined;
  try {
    for (const stage of LOCAL_STAGES) {
      if (options.header) yield options.header(stage);
      for await (const text of stageText(dir, stage, options.signal, changes)) yield text;
      if (options.signal.aborted || !isThere(dir)) return;
    }
  } finally {
    changes?.close();
  }
}

/** Packs a Job's whole log into a file that is there whole or not at all. One made after the Job had finished stays. */
export async function archiveJob(dir: string, archive: string): Promise<void> {
  try {
    const finished = statSync(join(dir, FILE.finished), { throwIfNoEntry: false })?.mtimeMs;
    const made = statSync(archive, { throwIfNoEntry: false })?.mtimeMs;
    if (finished === undefined || made === undefined || made < finished) await pack(dir, archive);
  } catch (error) {
    throw unavailable(`The log cannot be kept in ${archive}`, error);
  }
}

async function pack(dir: string, archive: string): Promise<void> {
  const draft = `${archive}.${randomUUID()}.tmp`;
  const text = jobText(dir, { follow: false, signal: new AbortController().signal, header: headerLine });
  try {
    privateFolder(dirname(archive));
    await pipeline(Readable.from(text), createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }));
    // A Job removed meanwhile left half a log; its log was archived before.
    if (isThere(dir)) renameSync(draft, archive);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The log in an archive, without its first `skip` UTF-16 units. */
export async function* archiveText(
  archive: string,
  skip: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const log = new LogText();
  const file = createReadStream(archive);
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  let ahead = skip;
  try {
    for await (const bytes of unpacked) {
      if (signal.aborted) return;
      const { text } = log.push(bytes);
      if (text.length > ahead) yield text.slice(ahead);
      ahead = Math.max(0, ahead - text.length);
    }
  } catch (error) {
    throw unavailable(`The log in ${archive} cannot be read`, error);
  } finally {
    file.destroy();
  }
}
