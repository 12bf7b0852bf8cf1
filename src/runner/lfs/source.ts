import type { LfsStore } from './store.ts';
import type { Pointer } from './pointer.ts';

/** Where a repository's files of Git LFS are. */
export interface LfsSource {
  /** For people: an address or a folder. */
  readonly name: string;
  /** Fetches objects into a store. Throws an LfsError for the first that fails. Gives those that are not there, where a clone may do without them. */
  download(objects: readonly Pointer[], store: LfsStore): Promise<Pointer[]>;
  /** Throws an LfsError unless objects may be put there. */
  checkUpload(sample: Pointer): Promise<void>;
  /** Puts those of the objects there that are not there yet. Throws an LfsError, also for one that the store lacks. */
  upload(objects: readonly Pointer[], store: LfsStore): Promise<void>;
  close(): Promise<void>;
}
