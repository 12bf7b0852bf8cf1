import { join } from 'node:path';
import type { AgenticSession, Kind, KindMap } from '../../../api/types.ts';
import { BgtaskError, messageOf } from '../../../domain/errors.ts';
import { versionFile } from './layout.ts';
import { readVersion } from './read-version.ts';
import { DELETION_MS, scanVersions, type Versions } from './versions.ts';

/** What there is of one name. */
export interface Found<T> {
  /** The highest number taken; 0 when there is none. */
  base: number;
  /** Absent when the object was deleted, never was, or no version of it can be read. */
  object?: T;
  /** Why the highest version cannot be read: `object` is an older one then, if any. */
  problem?: { sentence: string; failed: boolean };
  /** performance.now() at the beginning of the look. */
  since: number;
  versions: Versions;
}

interface Where<K extends Kind> {
  path: string;
  kind: K;
  namespace: string;
}
export interface FolderOptions {
  /** Keeps what was read, for the next look. */
  cache: boolean;
  /** What is kept, and given, of each session; all of it when absent. */
  kept?: (session: AgenticSession) => AgenticSession;
  /** Called once for each file that is not an object. */
  onProblem: (sentence: string) => void;
}

/** Looks again at a folder in which a file vanished between the scan and the reading: as often as this. */
const LOOKS = 10;

/** The objects of one kind in one project, as they are in the folder now. */
export class ObjectFolder<K extends Kind> {
  readonly path: string;
  readonly kind: K;
  readonly namespace: string;
  readonly #options: FolderOptions;
  readonly #read = new Map<string, { version: number; object: KindMap[K] }>();
  readonly #told = new Set<string>();
  #lookedAt = 0;

  constructor(where: Where<K>, options: FolderOptions) {
    this.path = where.path;
    this.kind = where.kind;
    this.namespace = where.namespace;
    this.#options = options;
  }

  /** One object. Throws Unavailable when its folder does not come to rest. */
  find(name: string): Found<KindMap[K]> {
    for (let looks = 0; looks < LOOKS; looks++) {
      const since = performance.now();
      const versions = this.#scan().get(name) ?? [];
      const newest = this.#newest(name, versions);
      if (newest) return { ...newest, base: versions.at(-1)?.version ?? 0, since, versions };
    }
    throw new BgtaskError('Unavailable', `${join(this.path, name)} changes faster than it can be read`, {
      hint: 'try again',
    });
  }

  /** All objects, in order of their names. A file that is not an object is reported and skipped. */
  all(): KindMap[K][] {
    const objects: KindMap[K][] = [];
    for (const [name, versions] of this.#scan()) {
      const { object } = this.#newest(name, versions) ?? this.find(name);
      if (object) objects.push(object);
    }
    return objects.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  #scan(): Map<string, Versions> {
    const now = Date.now();
    // A version number may be used again after its deletion was removed: a file in the cache may be another object by now.
    if (now - this.#lookedAt > DELETION_MS / 2) this.#read.clear();
    this.#lookedAt = now;
    const found = scanVersions(this.path);
    for (const name of this.#read.keys()) if (!found.has(name)) this.#read.delete(name);
    return found;
  }

  /** The newest version that can be read; undefined when a file vanished and the scan is out of date. */
  #newest(name: string, versions: Versions): Pick<Found<KindMap[K]>, 'object' | 'problem'> | undefined {
    let problem: Found<KindMap[K]>['problem'];
    for (const { version, gone } of versions.toReversed()) {
      if (gone) return { problem };
      const read = this.#readOne(name, version);
      if ('object' in read) return { object: read.object, problem };
      if ('vanished' in read) return undefined;
      problem ??= this.#problem(name, version, read);
    }
    return { problem };
  }

  #readOne(name: string, version: number) {
    const known = this.#read.get(name);
    if (known?.version === version) return known;
    const path = join(this.path, versionFile(name, version));
    const read = readVersion(path, { kind: this.kind, namespace: this.namespace, name, version });
    if (!('object' in read)) return read;
    const { cache, kept } = this.#options;
    const object =
      kept && this.kind === 'AgenticSession'
        ? (kept(read.object as AgenticSession) as KindMap[K])
        : read.object;
    if (cache) this.#read.set(name, { version, object });
    return { object };
  }

  #problem(name: string, version: number, read: { garbage: string } | { failed: unknown }) {
    const path = join(this.path, versionFile(name, version));
    const failed = 'failed' in read;
    const why = failed ? messageOf(read.failed) : read.garbage;
    const sentence = `${path} is passed over: ${why}`;
    if (!this.#told.has(sentence)) {
      this.#told.add(sentence);
      this.#options.onProblem(sentence);
    }
    return { sentence, failed };
  }
}
