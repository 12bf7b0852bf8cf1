import { buffer } from 'node:stream/consumers';
import { BgtaskError } from '../../../../domain/errors.ts';
import { type KeptChange, notAllNote } from '../../../../domain/kept-change.ts';
import { type ChangePayload, unpackChange } from '../../../change-payload.ts';
import { Slots } from '../../client/http/slots.ts';
import type { Resource } from '../../client/resource.ts';
import { changeName, type SessionKey } from '../job-names.ts';
import type { Tracked } from '../job-cache.ts';
import type { ConfigMapObject } from '../objects.ts';
import { ConfigMapParts, urlOf } from './config-map-parts.ts';

/** The key of a ConfigMap's data. A pod that goes on with a change mounts it by this name. */
export const CHANGE_KEY = 'change.gz';

/** Changes that this process unpacks at once: each takes up to 70 MB of memory. */
const UNPACKING = new Slots(2);

const unpacked = (packed: Buffer): ReturnType<typeof unpackChange> =>
  UNPACKING.use(new AbortController().signal, () => unpackChange(packed));

/** Changes of tasks, compressed, in ConfigMaps that belong to the session and go with it. */
export class ChangeArchive {
  readonly #parts: ConfigMapParts;

  constructor(configMaps: Resource<ConfigMapObject>) {
    this.#parts = new ConfigMapParts(configMaps, { key: CHANGE_KEY, component: 'change' });
  }

  /** Keeps what a work stage handed over, data of an untrusted place, and returns what the status says of it. */
  async write(packed: Buffer, { session, job }: Tracked): Promise<KeptChange> {
    const payload = await unpacked(packed);
    if (!payload)
      return { note: 'The change that the work stage handed over is damaged, so it is not kept.' };
    if (!('said' in payload)) return { note: payload.note };
    const { uid } = session;
    const owner = { labels: job.metadata.labels ?? {}, bytes: payload.patch.length, naming: changeName };
    const isKept =
      uid !== undefined && (await this.#parts.write(packed, { ...owner, session: { ...session, uid } }));
    return isKept
      ? keptChange(session, payload)
      : { note: `The change is not kept: another ConfigMap has the name ${changeName(session.name, 0)}.` };
  }

  /** What the status says of a change that was kept before; undefined when none was. */
  async find(session: SessionKey): Promise<KeptChange | undefined> {
    const payload = await this.read(session);
    return payload && keptChange(session, payload);
  }

  /** What is kept of a session; undefined when nothing is. Throws Unavailable for what cannot be read. */
  async read(session: SessionKey): Promise<ChangePayload | undefined> {
    const first = await this.#parts.first(session, changeName);
    if (!first) return undefined;
    const packed = await buffer(this.#parts.read(session, { first, naming: changeName })).catch(
      (error: unknown) => {
        throw unreadable(first, error);
      },
    );
    const payload = await unpacked(packed);
    if (!payload || !('said' in payload)) throw unreadable(first);
    return payload;
  }
}

function keptChange({ namespace, name }: SessionKey, { said, patch }: ChangePayload): KeptChange {
  const { base, files, added, removed } = said;
  const note = notAllNote(said);
  return {
    location: urlOf({ metadata: { namespace, name: changeName(name, 0) } }),
    digest: `sha256:${said.patch}`,
    base,
    bytes: patch.length,
    files,
    added,
    removed,
    ...(note && { note }),
  };
}

const unreadable = (first: ConfigMapObject, cause?: unknown): BgtaskError =>
  new BgtaskError('Unavailable', `The change in ${urlOf(first)} cannot be read`, { cause });
