import { hasCode } from '../../../../domain/errors.ts';
import { API_VERSION, LABEL } from '../../../../api/names.ts';
import type { Resource } from '../../client/resource.ts';
import type { SessionKey } from '../job-names.ts';
import type { ConfigMapObject } from '../objects.ts';

/** Bytes of one ConfigMap's data: the API server takes 1 MiB (MaxSecretSize) with all around it. */
const PART_BYTES = 900 * 1024;
/** The most ConfigMaps of one log or change. */
export const PARTS_MAX = 4;
/** Bytes that fit. */
export const PARTS_BYTES = PART_BYTES * PARTS_MAX;

/** How many ConfigMaps belong together; on the first, which is written last. */
const PARTS_ANNOTATION = 'ambient-code.io/log-parts';
/** How many bytes there were, those left out counted too. */
const BYTES_ANNOTATION = 'ambient-code.io/log-bytes';

/** How the ConfigMaps of a session are called. */
export type Naming = (session: string, part: number) => string;

/** What is kept in ConfigMaps. */
export interface Kind {
  /** The key of the data. */
  key: string;
  /** The value of the label `app.kubernetes.io/component`. */
  component: string;
}

/** Bytes of a session, to be kept. */
export interface KeptBytes {
  session: SessionKey & { uid: string };
  /** Of its Job: those of the ConfigMaps. */
  labels: Record<string, string>;
  /** How many there were before they were compressed or cut. */
  bytes: number;
}

/** Bytes in ConfigMaps that belong to a session and go with it. */
export class ConfigMapParts {
  readonly #configMaps: Resource<ConfigMapObject>;
  readonly #kind: Kind;
  readonly #labels: Record<string, string>;

  constructor(configMaps: Resource<ConfigMapObject>, kind: Kind) {
    this.#configMaps = configMaps;
    this.#kind = kind;
    this.#labels = { [LABEL.mode]: 'background', 'app.kubernetes.io/component': kind.component };
  }

  /** The first of a session's ConfigMaps; where it is, all are. Undefined when there is none. */
  async first({ namespace, name, uid }: SessionKey, naming: Naming): Promise<ConfigMapObject | undefined> {
    const found = await this.#configMaps.get({ namespace, name: naming(name, 0) });
    const owner = found?.metadata.ownerReferences?.find(({ kind }) => kind === 'AgenticSession');
    // That of an earlier session of the name goes with its owner.
    return uid === undefined || owner?.uid === uid ? found : undefined;
  }

  /** What was kept, part after part. Throws when one is not there. */
  async *read(
    { namespace, name }: SessionKey,
    { first, naming }: { first: ConfigMapObject; naming: Naming },
  ): AsyncGenerator<Buffer> {
    yield this.#dataOf(first);
    for (let part = 1; part < partsOf(first); part++) {
      const found = await this.#configMaps.get({ namespace, name: naming(name, part) });
      if (!found) throw new Error(`its part ${part} is not there`);
      yield this.#dataOf(found);
    }
  }

  /** Keeps at most PARTS_BYTES bytes. False when an object of another owner has one of the names. */
  async write(bytes: Buffer, kept: KeptBytes & { naming: Naming }, signal?: AbortSignal): Promise<boolean> {
    const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    // The first one last: where it is, all are.
    for (let part = count - 1; part >= 0; part--) {
      const data = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      const name = kept.naming(kept.session.name, part);
      if (!(await this.#put(kept.session, this.#object({ kept, name, count, data }), signal))) return false;
    }
    return true;
  }

  /** Removes them, the first one first: without it the others are nothing. */
  async drop(
    { namespace, name }: SessionKey,
    { first, naming }: { first: ConfigMapObject; naming: Naming },
  ): Promise<void> {
    for (let part = 0; part < partsOf(first); part++)
      await this.#delete({ namespace, name: naming(name, part) });
  }

  async #put(session: KeptBytes['session'], object: ConfigMapObject, signal?: AbortSignal): Promise<boolean> {
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
      // Written by a pass that was cut off: a part with the same bytes.
      if (isOurs && found && this.#dataOf(found).equals(this.#dataOf(object))) return true;
      if (found && !this.#isOfKind(found)) return false;
      await this.#delete(key, { uid: found?.metadata.uid, signal });
    }
  }

  async #delete(
    { namespace, name }: { namespace: string; name: string },
    options: { uid?: string; signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#configMaps.delete({ namespace, name }, options).catch(ignoreMissing);
  }

  /** By its labels one of some session, perhaps of an earlier one of the name. */
  #isOfKind({ metadata }: ConfigMapObject): boolean {
    return Object.entries(this.#labels).every(([key, value]) => metadata.labels?.[key] === value);
  }

  #dataOf({ binaryData }: ConfigMapObject): Buffer {
    return Buffer.from(binaryData?.[this.#kind.key] ?? '', 'base64');
  }

  #object({ kept, name, count, data }: NewPart): ConfigMapObject {
    const { namespace, name: session, uid } = kept.session;
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace,
        name,
        labels: { ...kept.labels, ...this.#labels },
        annotations: { [PARTS_ANNOTATION]: String(count), [BYTES_ANNOTATION]: String(kept.bytes) },
        ownerReferences: [{ apiVersion: API_VERSION, kind: 'AgenticSession', name: session, uid }],
      },
      binaryData: { [this.#kind.key]: data.toString('base64') },
    };
  }
}

interface NewPart {
  kept: KeptBytes;
  name: string;
  count: number;
  data: Buffer;
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'NotFound')) throw error;
}

/** `configmap://namespace/name`. Not for a browser: `kubectl get configmap` reads it, and bgtask. */
export const urlOf = ({ metadata: { namespace, name } }: Pick<ConfigMapObject, 'metadata'>): string =>
  `configmap://${namespace}/${name}`;

const partsOf = ({ metadata }: ConfigMapObject): number =>
  Math.min(PARTS_MAX, Number(metadata.annotations?.[PARTS_ANNOTATION] ?? 1));

/** How many bytes there were. */
export const bytesOf = ({ metadata }: ConfigMapObject): number =>
  Number(metadata.annotations?.[BYTES_ANNOTATION] ?? 0);
