import type { AgenticSession, Kind, KindMap } from '../api/types.ts';
import type { BgtaskError } from '../domain/errors.ts';
import type { JobFacts } from '../domain/job-facts.ts';
import type { KeptChange } from '../domain/kept-change.ts';
import type { ClusterView } from './cluster-view.ts';
import type { RunnerInput } from './runner-input.ts';

/** Names one object of a kind. */
export interface Key {
  namespace: string;
  name: string;
}

export interface ListOptions {
  /** One project; every project when absent. */
  namespace?: string;
  /** A Kubernetes label selector, e.g. `a=b,c in (d,e),!f`. */
  selector?: string;
  /**
   * Of a session what a table of tasks shows is enough: metadata, mode, user, repository, and of the status phase, reason, progress, step and pull
   * request. A store may leave out the rest, logs above all.
   */
  brief?: boolean;
}

export interface WatchOptions extends ListOptions {
  signal: AbortSignal;
  /** The object of this name alone, which costs what one object costs however many the project has. */
  name?: string;
}

export type WatchEvent<T> = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T } | { type: 'SYNCED' };

/**
 * Where objects live. Errors are BgtaskErrors: NotFound, AlreadyExists, Conflict (the resourceVersion given is not the newest), Invalid
 * (the schema or a CEL rule refuses, with the API server's words), Forbidden, Unauthorized, Unavailable.
 */
export interface TaskStore {
  get<K extends Kind>(kind: K, key: Key): Promise<KindMap[K] | undefined>;
  /** In order of namespace and name. */
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<KindMap[K][]>;
  /**
   * The objects there are as ADDED, then one SYNCED, then every change until the signal aborts (the iteration then ends without error).
   * Changes in quick succession may arrive as one; the newest state always arrives.
   */
  watch<K extends Kind>(kind: K, options: WatchOptions): AsyncIterable<WatchEvent<KindMap[K]>>;
  /**
   * Stores a new object; the store gives uid, resourceVersion, generation 1, creationTimestamp and the schema's defaults. Status is dropped. A dry run is refused for the same
   * reasons and stores nothing.
   */
  create<K extends Kind>(kind: K, object: KindMap[K], options?: { dryRun?: boolean }): Promise<KindMap[K]>;
  /**
   * JSON merge patch (RFC 7386) of spec, labels and annotations; a change of spec raises the generation. A dry run is refused for the same reasons and
   * stores nothing.
   */
  patch<K extends Kind>(
    kind: K,
    key: Key,
    patch: ObjectPatch<K>,
    options?: { dryRun?: boolean },
  ): Promise<KindMap[K]>;
  /** JSON merge patch of status alone. With a resourceVersion, only if that is the newest. */
  patchStatus<K extends Kind>(
    kind: K,
    key: Key,
    status: object,
    options?: { resourceVersion?: string },
  ): Promise<KindMap[K]>;
  /** Removes an object; with a uid only that very one. NotFound when it is not there. A dry run removes nothing. */
  delete(kind: Kind, key: Key, options?: { uid?: string; dryRun?: boolean }): Promise<void>;
}

export interface ObjectPatch<K extends Kind> {
  metadata?: {
    labels?: Record<string, string | null>;
    annotations?: Record<string, string | null>;
    resourceVersion?: string;
  };
  spec?: Partial<KindMap[K]['spec']>;
}

/** Job facts under the port's own names. */
export type { JobFacts as JobObservation, StageFacts as StageObservation } from '../domain/job-facts.ts';

/** Where Jobs run. Every call may be repeated; the Job's name follows from the session. */
export interface JobEngine {
  /** Starts the Job; `exists` when it is there already. */
  start(session: AgenticSession, input: RunnerInput): Promise<'started' | 'exists'>;
  observe(session: Key): Promise<JobFacts | undefined>;
  /** Ends every process of the Job and keeps any stage from starting. Returns at once: observe says when it is done. */
  stop(session: Key): Promise<void>;
  /** Raises the deadline that the engine itself holds a Job to, so that it does not end the Job before its time limit: see `extendIn` of JobFacts. Absent on the local engine. */
  extend?(session: Key): Promise<void>;
  /** Keeps the log of a running Job so far, once, if the Job's own deadline would remove it. Does not reject when only the log fails. */
  keepLog(session: Key): Promise<void>;
  /** Keeps the whole log, compressed, where it outlives the Job; its URL. */
  archive(session: Key): Promise<string | undefined>;
  /**
   * Keeps the change of a finished Job where it outlives the Job, as long as its log: what the status says of it. Undefined when its agent never began. May be
   * repeated; rejects when the change cannot be kept yet.
   */
  keepChange(session: Key): Promise<KeptChange | undefined>;
  /** The patch of a kept change, byte for byte; undefined when none is kept. Data from an untrusted place. */
  patch(session: Key): Promise<Uint8Array | undefined>;
  /** Removes what is left of a finished Job. */
  remove(session: Key): Promise<void>;
  /** Keys of sessions whose Jobs are there, whether the session is or not. */
  list(): Promise<Key[]>;
  /** The log's text in pieces, stage after stage; from the archive when the Job is gone. With follow: until the Job has finished. */
  logs(session: Key, options: { follow: boolean; signal: AbortSignal }): AsyncIterable<string>;
  /** The keys of sessions whose Job may have changed, until the signal aborts. */
  changes(signal: AbortSignal): AsyncIterable<Key>;
}

/** Who the caller is, as the engine knows it. */
export interface Identity {
  userId: string;
  groups?: string[];
}

/** Where tasks live and run. */
export interface Engine {
  readonly kind: 'kubernetes' | 'local';
  readonly store: TaskStore;
  readonly jobs: JobEngine;
  /** Reads the cluster, for `doctor`. Absent on the local engine. */
  readonly cluster?: ClusterView;
  /** The project commands use when none is named. */
  readonly defaultProject: string;
  whoAmI(): Promise<Identity>;
  /** Called before a task is stored: takes over what the caller's shell holds for it, so that it does not depend on who started the supervisor. */
  offer(session: AgenticSession): Promise<void>;
  /**
   * Makes sure that tasks are reconciled: the local engine starts its supervisor if it does not run. On Kubernetes the operator does it, and
   * this does nothing. `active` says that a task before its end was seen or made; without it only leftovers of Jobs are a cause. Cheap.
   */
  ensureController(active: boolean): Promise<void>;
  /** Why no task goes on and this process cannot change it; undefined when all is well, or not known. */
  controllerTrouble?(): BgtaskError | undefined;
}
