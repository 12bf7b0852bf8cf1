import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BgtaskError, hasCode } from '../../../../domain/errors.ts';
import { API_VERSION, LABEL } from '../../../../api/names.ts';
import { Slots } from '../../client/http/slots.ts';
import type { Resource } from '../../client/resource.ts';
import { archiveName, type SessionKey, soFarName } from '../job-names.ts';
import type { Tracked } from '../job-cache.ts';
import type { ConfigMapObject } from '../objects.ts';
import type { PodLog } from './pod-log.ts';
import { type LogText, packed } from './pack-log.ts';

/** Bytes of one ConfigMap's data: the API server takes 1 MiB (MaxSecretSize) with all around it. */
const PART_BYTES = 900 * 1024;
/** ConfigMaps of one log. */
const PARTS_MAX = 4;
const ARCHIVE_MAX = PART_BYTES * PARTS_MAX;
/** The key of a ConfigMap's data. */
const DATA = 'log.gz';
/** How many ConfigMaps belong together; on the first, which is written last. */
const PARTS_ANNOTATION = 'ambient-code.io/log-parts';
const ARCHIVE_LABELS = { [LABEL.mode]: 'background', 'app.kubernetes.io/component': 'log' };
/** How many bytes the log had come to, those left out counted too. */
const BYTES_ANNOTATION = 'ambient-code.io/log-bytes';

/** Bytes of a log from which on it is packed as one of a few: while it is packed and sent it takes up to ten megabytes of memory. */
const LARGE_BYTES = 1024 * 1024;
const LARGE_AT_ONCE = 4;

/** A log to be kept. */
export interface KeptLog {
  session: SessionKey & { uid: string };
  /** Of its Job: those of the ConfigMaps. */
  labels: Record<string, string>;
  /** All that was read, what `text` leaves out counted too. */
  bytes: number;
  text: LogText;
}

/** Returns the log of a Job and the owner of its archive. Returns undefined if the log is missing or empty, or if metadata.uid of the session is not set. */
export function keptLog({ session, job }: Tracked, log: PodLog | undefined): KeptLog | undefined {
  const { uid } = session;
  if (!uid || !log || log.bytes === 0) return undefined;
  const labels = job.metadata.labels ?? {};
  return { session: { ...session, uid }, labels, bytes: log.bytes, text: () => log.read() };
}

/** How the ConfigMaps of a log are called. */
type Naming = (session: string, part: number) => string;

/** Whole logs, compressed, in ConfigMaps that belong to the session and go with it. */
export class LogArchive {
  readonly #configMaps: Resource<ConfigMapObject>;
  readonly #large = new Slots(LARGE_AT_ONCE);

  constructor(configMaps: Resource<ConfigMapObject>) {
    this.#configMaps = configMaps;
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
    const soFar = await this.#first(log.session, soFarName);
    if (!soFar) return this.write(log);
    if (bytesOf(soFar) > log.bytes) return urlOf(soFar);
    const url = await this.write(log);
    if (url === undefined) return urlOf(soFar);
    await this.#dropSoFar(log.session, soFar);
    return url;
  }

  /** The URL of the archive of a log whose pod is gone. Finishes a replacement of the partial log by the whole one, if a process died in between. */
  async settle(session: SessionKey): Promise<string | undefined> {
    const whole = await this.#first(session, archiveName);
    const soFar = await this.#first(session, soFarName);
    if (whole && soFar) await this.#dropSoFar(session, soFar);
    const kept = whole ?? soFar;
    return kept && urlOf(kept);
  }

  /** A session's archived log; nothing when there is none. */
  async *read(session: SessionKey, signal: AbortSignal): AsyncGenerator<string> {
    const found = await this.#newest(session);
    if (!found || signal.aborted) return;
    const unpacked = Readable.from(this.#parts(session, found)).pipe(createGunzip());
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
      const first = await this.#first(session, naming);
      if (first) return { first, naming };
    }
    return undefined;
  }

  async #first({ namespace, name, uid }: SessionKey, naming: Naming): Promise<ConfigMapObject | undefined> {
    const found = await this.#configMaps.get({ namespace, name: naming(name, 0) });
    const owner = found?.metadata.ownerReferences?.find(({ kind }) => kind === 'AgenticSession');
    // That of an earlier session of the name goes with its owner.
    return uid === undefined || owner?.uid === uid ? found : undefined;
  }

  async *#parts(
    { namespace, name }: SessionKey,
    { first, naming }: { first: ConfigMapObject; naming: Naming },
  ): AsyncGenerator<Buffer> {
    yield dataOf(first);
    for (let part = 1; part < partsOf(first); part++) {
      const found = await this.#configMaps.get({ namespace, name: naming(name, part) });
      if (!found) throw new Error(`its part ${part} is not there`);
      yield dataOf(found);
    }
  }

  /** The first one first: without it the others are nothing. */
  async #dropSoFar({ namespace, name }: SessionKey, first: ConfigMapObject): Promise<void> {
    for (let part = 0; part < partsOf(first); part++)
      await this.#delete({ namespace, name: soFarName(name, part) });
  }

  #write(log: KeptLog, naming: Naming, signal?: AbortSignal): Promise<boolean> {
    if (log.bytes < LARGE_BYTES) return this.#packAndPut(log, naming, signal);
    return this.#large.use(signal ?? new AbortController().signal, () =>
      this.#packAndPut(log, naming, signal),
    );
  }

  /** False when the name is taken. */
  async #packAndPut(log: KeptLog, naming: Naming, signal?: AbortSignal): Promise<boolean> {
    const bytes = await packed(log.text, ARCHIVE_MAX);
    const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    // The first one last: where it is, all are.
    for (let part = count - 1; part >= 0; part--) {
      const data = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      const name = naming(log.session.name, part);
      if (!(await this.#put(log.session, configMap({ log, name, count, data }), signal))) return false;
    }
    return true;
  }

  async #put(session: KeptLog['session'], object: ConfigMapObject, signal?: AbortSignal): Promise<boolean> {
    const key = object.metadata;
    for (;;) {
      try {
        await this.#configMaps.create(object, { signal });
        return true;
      } catch (error) {
        if (!hasCode(error, 'AlreadyExists')) throw error;
      }
      const found = await this.#configMaps.get(key, { signal });
      const isOurs = found?.metadata.ownerReferences?.some(({ uid }) => uid === session.uid);
      // Written by a pass that was cut off: a part with the same text.
      if (isOurs && found && dataOf(found).equals(dataOf(object))) return true;
      if (found && !isArchive(found)) return false;
      await this.#delete(key, { uid: found?.metadata.uid, signal });
    }
  }

  async #delete(
    { namespace, name }: { namespace: string; name: string },
    options: { uid?: string; signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#configMaps.delete({ namespace, name }, options).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'NotFound')) throw error;
}

/** By its labels the archive of some session, perhaps of an earlier one of the name. */
const isArchive = ({ metadata }: ConfigMapObject): boolean =>
  Object.entries(ARCHIVE_LABELS).every(([key, value]) => metadata.labels?.[key] === value);

/** Where a session's log is kept. Not for a browser: `kubectl get configmap` reads it, and `bgtask logs`. */
const urlOf = ({ metadata: { namespace, name } }: Pick<ConfigMapObject, 'metadata'>): string =>
  `configmap://${namespace}/${name}`;

const dataOf = ({ binaryData }: ConfigMapObject): Buffer => Buffer.from(binaryData?.[DATA] ?? '', 'base64');

const partsOf = ({ metadata }: ConfigMapObject): number =>
  Math.min(PARTS_MAX, Number(metadata.annotations?.[PARTS_ANNOTATION] ?? 1));

const bytesOf = ({ metadata }: ConfigMapObject): number =>
  Number(metadata.annotations?.[BYTES_ANNOTATION] ?? 0);

function configMap(part: { log: KeptLog; name: string; count: number; data: Buffer }): ConfigMapObject {
  const { labels, bytes, session } = part.log;
  const { namespace, name, uid } = session;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name: part.name,
      labels: { ...labels, ...ARCHIVE_LABELS },
      annotations: { [PARTS_ANNOTATION]: String(part.count), [BYTES_ANNOTATION]: String(bytes) },
      ownerReferences: [{ apiVersion: API_VERSION, kind: 'AgenticSession', name, uid }],
    },
    binaryData: { [DATA]: part.data.toString('base64') },
  };
}
