import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BgtaskError } from '../../../../domain/errors.ts';
import { Slots } from '../../client/http/slots.ts';
import type { Resource } from '../../client/resource.ts';
import { archiveName, type SessionKey, soFarName } from '../job-names.ts';
import type { Tracked } from '../job-cache.ts';
import type { ConfigMapObject } from '../objects.ts';
import {
  bytesOf,
  ConfigMapParts,
  type KeptBytes,
  type Naming,
  PARTS_BYTES,
  urlOf,
} from './config-map-parts.ts';
import type { PodLog } from '../logs/pod-log.ts';
import { type LogText, packed } from './pack-log.ts';

const LOG = { key: 'log.gz', component: 'log' };

/** Bytes of a log from which on it is packed as one of a few: while it is packed and sent it takes up to ten megabytes of memory. */
const LARGE_BYTES = 1024 * 1024;
const LARGE_AT_ONCE = 4;

/** A log to be kept; `bytes`: all that was read, what `text` leaves out counted too. */
export interface KeptLog extends KeptBytes {
  text: LogText;
}

/** Returns the log of a Job and the owner of its archive. Returns undefined if the log is missing or empty, or if metadata.uid of the session is not set. */
export function keptLog({ session, job }: Tracked, log: PodLog | undefined): KeptLog | undefined {
  const { uid } = session;
  if (!uid || !log || log.bytes === 0) return undefined;
  const labels = job.metadata.labels ?? {};
  return { session: { ...session, uid }, labels, bytes: log.bytes, text: () => log.read() };
}

/** Whole logs, compressed, in ConfigMaps that belong to the session and go with it. */
export class LogArchive {
  readonly #parts: ConfigMapParts;
  readonly #large = new Slots(LARGE_AT_ONCE);

  constructor(configMaps: Resource<ConfigMapObject>) {
    this.#parts = new ConfigMapParts(configMaps, LOG);
  }

  /** The URL of a session's archived log; undefined when there is none. */
  async find(session: SessionKey): Promise<string | undefined> {
    const found = await this.#newest(session);
    return found && urlOf(found.first);
  }

  /**
   * Keeps a log; one that is there already stays. What does not fit is cut from its middle, with a line that says so. Returns its URL, or undefined if a
   * ConfigMap of another owner has its name: users choose the names of tasks, and a task must not replace an object of another owner.
   */
  async write(log: KeptLog): Promise<string | undefined> {
    if (!(await this.#write(log, archiveName))) return undefined;
    return urlOf({ metadata: { ...log.session, name: archiveName(log.session.name, 0) } });
  }

  /** Keeps the log so far before its Job is stopped: the rest may be lost with the pod. */
  async writeSoFar(log: KeptLog, signal: AbortSignal): Promise<void> {
    await this.#write(log, soFarName, signal);
  }

  /** Keeps a log in the place of what was kept so far, unless that is more: its reader may have come when the pod was going. */
  async writeInstead(log: KeptLog): Promise<string | undefined> {
    const soFar = await this.#parts.first(log.session, soFarName);
    if (!soFar) return this.write(log);
    if (bytesOf(soFar) > log.bytes) return urlOf(soFar);
    const url = await this.write(log);
    if (url === undefined) return urlOf(soFar);
    await this.#parts.drop(log.session, { first: soFar, naming: soFarName });
    return url;
  }

  /** The URL of the archive of a log whose pod is gone. Finishes a replacement of the partial log by the whole one, if a process died in between. */
  async settle(session: SessionKey): Promise<string | undefined> {
    const whole = await this.#parts.first(session, archiveName);
    const soFar = await this.#parts.first(session, soFarName);
    if (whole && soFar) await this.#parts.drop(session, { first: soFar, naming: soFarName });
    const kept = whole ?? soFar;
    return kept && urlOf(kept);
  }

  /** A session's archived log; nothing when there is none. */
  async *read(session: SessionKey, signal: AbortSignal): AsyncGenerator<string> {
    const found = await this.#newest(session);
    if (!found || signal.aborted) return;
    const unpacked = Readable.from(this.#parts.read(session, found)).pipe(createGunzip());
    const decoder = new TextDecoder();
    try {
      for await (const bytes of unpacked) {
        if (signal.aborted) return;
        yield decoder.decode(bytes as Buffer, { stream: true });
      }
    } catch (error) {
      throw new BgtaskError('Unavailable', `The log in ${urlOf(found.first)} cannot be read`, {
        cause: error,
      });
    }
  }

  async #newest(session: SessionKey): Promise<{ first: ConfigMapObject; naming: Naming } | undefined> {
    for (const naming of [archiveName, soFarName]) {
      const first = await this.#parts.first(session, naming);
      if (first) return { first, naming };
    }
    return undefined;
  }

  #write(log: KeptLog, naming: Naming, signal?: AbortSignal): Promise<boolean> {
    if (log.bytes < LARGE_BYTES) return this.#packAndPut(log, naming, signal);
    return this.#large.use(signal ?? new AbortController().signal, () =>
      this.#packAndPut(log, naming, signal),
    );
  }

  /** False when the name is taken. */
  async #packAndPut(log: KeptLog, naming: Naming, signal?: AbortSignal): Promise<boolean> {
    const bytes = await packed(log.text, PARTS_BYTES);
    return this.#parts.write(bytes, { ...log, naming }, signal);
  }
}
