import type { KubeObject } from './objects.ts';

export interface Change<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}

/** The objects that a watch has told of, to tell what is new in the next list or event. */
export class Known<T extends KubeObject> {
  readonly #objects = new Map<string, T>();

  keyOf({ metadata: { namespace, name } }: T): string {
    return `${namespace ?? ''}/${name}`;
  }

  /** Takes in an object in its newest state. An object that was recreated under its old name counts as deleted and added. */
  *put(object: T): Generator<Change<T>, void> {
    const key = this.keyOf(object);
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    if (!old) yield { type: 'ADDED', object };
    else if (old.metadata.uid !== object.metadata.uid) {
      yield { type: 'DELETED', object: old };
      yield { type: 'ADDED', object };
    } else if (old.metadata.resourceVersion !== object.metadata.resourceVersion)
      yield { type: 'MODIFIED', object };
  }

  /** An object is gone; it had this state at last. */
  *remove(object: T): Generator<Change<T>, void> {
    if (this.#objects.delete(this.keyOf(object))) yield { type: 'DELETED', object };
  }

  /** Only these are there. */
  *keepOnly(keys: ReadonlySet<string>): Generator<Change<T>, void> {
    for (const [key, object] of this.#objects) {
      if (keys.has(key)) continue;
      this.#objects.delete(key);
      yield { type: 'DELETED', object };
    }
  }
}
