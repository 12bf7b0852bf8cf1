import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { BgtaskError, hasCode } from '../../../../domain/errors.ts';
import { API_VERSION, LABEL } from '../../../../api/names.ts';
import type { Resource } from '../../client/resource.ts';
import { archiveName, type SessionKey } from '../job-names.ts';
import type { ConfigMapObject } from '../objects.ts';

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
/** How often a log is cut shorter and packed again. */
const ATTEMPTS = 5;

/** A log that can be read as often as it takes. */
export type LogText = () => AsyncIterable<Buffer>;

/** Where a session's log is kept. Not for a browser: `kubectl get configmap` reads it, and `bgtask logs`. */
const urlOf = ({ namespace, name }: SessionKey): string => `configmap://${namespace}/${archiveName(name, 0)}`;

/** Whole logs, compressed, in ConfigMaps that belong to the session and go with it. */
export class LogArchive {
  readonly #configMaps: Resource<ConfigMapObject>;

  constructor(configMaps: Resource<ConfigMapObject>) {
    this.#configMaps = configMaps;
  }

  /** The URL of a session's archived log; undefined when there is none. */
  async find(session: SessionKey): Promise<string | undefined> {
    return (await this.#first(session)) && urlOf(session);
  }

  /**
   * Keeps a log; one that is there already stays. What does not fit is left out of its middle, with a line that says so. Its URL; undefined when
   * somebody else's ConfigMap has its name: a task may be called as anybody likes, and nothing of others goes for that.
   */
  async write(
    session: SessionKey & { uid: string },
    labels: Record<string, string>,
    text: LogText,
  ): Promise<string | undefined> {
    const bytes = await packed(text);
    const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    // The first one last: where it is, all are.
    for (let part = count - 1; part >= 0; part--) {
      const data = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      if (!(await this.#put(session, configMap({ session, labels, part, count, data })))) return undefined;
    }
    return urlOf(session);
  }

  /** A session's archived log; nothing when there is none. */
  async *read(session: SessionKey, signal: AbortSignal): AsyncGenerator<string> {
    const first = await this.#first(session);
    if (!first || signal.aborted) return;
    const unpacked = Readable.from(this.#parts(session, first)).pipe(createGunzip());
    const decoder = new TextDecoder();
    try {
      for await (const bytes of unpacked) {
        if (signal.aborted) return;
        yield decoder.decode(bytes as Buffer, { stream: true });
      }
    } catch (error) {
      throw new BgtaskError('Unavailable', `The log in ${urlOf(session)} cannot be read`, { cause: error });
    }
  }

  async #first({ namespace, name, uid }: SessionKey): Promise<ConfigMapObject | undefined> {
    const found = await this.#configMaps.get({ namespace, name: archiveName(name, 0) });
    const owner = found?.metadata.ownerReferences?.find(({ kind }) => kind === 'AgenticSession');
    // That of an earlier session of the name goes with its owner.
    return uid === undefined || owner?.uid === uid ? found : undefined;
  }

  async *#parts({ namespace, name }: SessionKey, first: ConfigMapObject): AsyncGenerator<Buffer> {
    const count = Number(first.metadata.annotations?.[PARTS_ANNOTATION] ?? 1);
    yield dataOf(first);
    for (let part = 1; part < Math.min(count, PARTS_MAX); part++) {
      const found = await this.#configMaps.get({ namespace, name: archiveName(name, part) });
      if (!found) throw new Error(`its part ${part} is not there`);
      yield dataOf(found);
    }
  }

  /** False when the name is taken. */
  async #put(session: SessionKey & { uid: string }, object: ConfigMapObject): Promise<boolean> {
    const key = object.metadata;
    for (;;) {
      try {
        await this.#configMaps.create(object);
        return true;
      } catch (error) {
        if (!hasCode(error, 'AlreadyExists')) throw error;
      }
      const found = await this.#configMaps.get(key);
      const isOurs = found?.metadata.ownerReferences?.some(({ uid }) => uid === session.uid);
      // Written by a pass that was cut off: a part with the same text.
      if (isOurs && found && dataOf(found).equals(dataOf(object))) return true;
      if (found && !isArchive(found)) return false;
      await this.#configMaps.delete(key, { uid: found?.metadata.uid }).catch(ignoreMissing);
    }
  }
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'NotFound')) throw error;
}

/** By its labels the archive of some session, perhaps of an earlier one of the name. */
const isArchive = ({ metadata }: ConfigMapObject): boolean =>
  Object.entries(ARCHIVE_LABELS).every(([key, value]) => metadata.labels?.[key] === value);

const dataOf = ({ binaryData }: ConfigMapObject): Buffer => Buffer.from(binaryData?.[DATA] ?? '', 'base64');

function configMap(part: {
  session: SessionKey & { uid: string };
  labels: Record<string, string>;
  part: number;
  count: number;
  data: Buffer;
}): ConfigMapObject {
  const { namespace, name, uid } = part.session;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name: archiveName(name, part.part),
      labels: { ...part.labels, ...ARCHIVE_LABELS },
      annotations: { [PARTS_ANNOTATION]: String(part.count) },
      ownerReferences: [{ apiVersion: API_VERSION, kind: 'AgenticSession', name, uid }],
    },
    binaryData: { [DATA]: part.data.toString('base64') },
  };
}

/** The log compressed, whole or without its middle, so that it fits. */
export async function packed(text: LogText, max = ARCHIVE_MAX): Promise<Buffer> {
  let size = 0;
  for await (const bytes of text()) size += bytes.length;
  let keep = size;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { bytes, consumed } = await gzip(keep < size ? shortened(text(), size, keep) : text(), max);
    if (bytes) return bytes;
    // By what this text is known to shrink to; half of that when it shrank less towards its end.
    keep = Math.floor((Math.min(consumed, keep) * 0.9) / 2 ** (attempt - 1));
  }
  // Compression makes nothing much larger.
  const { bytes } = await gzip(shortened(text(), size, Math.floor(max * 0.9)), max * 2);
  return bytes ?? Buffer.alloc(0);
}

/** The beginning and the end of a text of `size` bytes, `keep` bytes together, and a line for the rest. */
async function* shortened(text: AsyncIterable<Buffer>, size: number, keep: number): AsyncGenerator<Buffer> {
  const head = Math.floor(keep / 2);
  const tail = size - (keep - head);
  let at = 0;
  for await (const chunk of text) {
    const from = at;
    at += chunk.length;
    if (from < head) yield chunk.subarray(0, Math.min(chunk.length, head - from));
    if (from < tail && at >= tail) yield Buffer.from(`\n[${tail - head} bytes of log left out here]\n`);
    if (at > tail) yield chunk.subarray(Math.max(0, tail - from));
  }
}

/** Text compressed, or nothing when it came to more than `max` bytes; `consumed` says after how many bytes of text. */
async function gzip(text: AsyncIterable<Buffer>, max: number): Promise<{ bytes?: Buffer; consumed: number }> {
  const stream = createGzip();
  const parts: Buffer[] = [];
  let size = 0;
  stream.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    size += bytes.length;
  });
  const ended = once(stream, 'end');
  let consumed = 0;
  for await (const bytes of text) {
    if (size > max) {
      stream.destroy();
      ended.catch(() => undefined);
      return { consumed };
    }
    consumed += bytes.length;
    if (!stream.write(bytes)) await once(stream, 'drain');
  }
  stream.end();
  await ended;
  return size > max ? { consumed } : { bytes: Buffer.concat(parts), consumed };
}
