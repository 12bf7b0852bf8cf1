import type { ObjectMeta } from '../../../api/types.ts';
import { messageOf } from '../../../domain/errors.ts';
import type { WatchEvent } from '../../engine.ts';
import { storeError } from './store-errors.ts';

interface Watched {
  metadata: ObjectMeta;
}
type Objects<T> = ReadonlyMap<string, T>;

/** Tells when it is time to look again. */
export interface Changes {
  /** Before each look: watches what there is to watch now. */
  refresh(): void;
  /** Resolves when there may be a change, or the watch is over. */
  next(): Promise<void>;
  close(): void;
}

interface WatchOptions<T> {
  look: () => T[];
  changes: Changes;
  signal: AbortSignal;
  onProblem: (sentence: string) => void;
}

/**
 * Watches by looking again and telling the difference, so that a lost notice loses no change. Throws when the first
 * look fails; later ones are told to onProblem, and the watch goes on.
 */
export async function* watchObjects<T extends Watched>(
  options: WatchOptions<T>,
): AsyncGenerator<WatchEvent<T>, void> {
  const { changes, signal } = options;
  let known: Objects<T> | undefined;
  try {
    while (!signal.aborted) {
      const before = known;
      known = lookAgain(options, before);
      yield* until(signal, difference(before ?? new Map(), known));
      if (!before && !signal.aborted) yield { type: 'SYNCED' };
      await changes.next();
    }
  } finally {
    changes.close();
  }
}

function lookAgain<T extends Watched>(
  { look, changes, onProblem }: WatchOptions<T>,
  before?: Objects<T>,
): Objects<T> {
  try {
    changes.refresh();
    return byKey(look());
  } catch (error) {
    const explained = storeError(error, 'watch objects');
    if (!before) throw explained;
    onProblem(messageOf(explained));
    return before;
  }
}

function* until<T>(signal: AbortSignal, all: Iterable<T>): Generator<T> {
  for (const one of all) {
    if (signal.aborted) return;
    yield one;
  }
}

const byKey = <T extends Watched>(objects: readonly T[]): Map<string, T> =>
  new Map(objects.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]));

/** What happened between two looks. An object that was recreated under its old name counts as deleted and added. */
function* difference<T extends Watched>(before: Objects<T>, after: Objects<T>): Generator<WatchEvent<T>> {
  for (const [key, object] of before) {
    if (after.get(key)?.metadata.uid !== object.metadata.uid) yield { type: 'DELETED', object };
  }
  for (const [key, object] of after) {
    const old = before.get(key)?.metadata;
    if (old?.uid !== object.metadata.uid) yield { type: 'ADDED', object };
    else if (old?.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object };
  }
}
