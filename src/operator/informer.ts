import type { AgenticSession } from '../api/types.ts';
import type { Key, ListOptions, TaskStore } from '../engine/engine.ts';
import type { AdmissionBook } from './admission-book.ts';
import { keptOfSession } from './kept-session.ts';

/** A key as text: `namespace/name`. */
export const keyText = (key: Key): string => `${key.namespace}/${key.name}`;
/** The key in such a text. */
export const keyOf = (text: string): Key => {
  const slash = text.indexOf('/');
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
};

/** True for an earlier state of the same object: a write's answer may come before the events of writes before it. */
const isOlder = ({ metadata }: AgenticSession, { metadata: known }: AgenticSession): boolean =>
  metadata.uid === known.uid && Number(metadata.resourceVersion) < Number(known.resourceVersion);

/**
 * The newest known state of every session, kept by list and watch. What the operator writes itself goes in at once through `apply`, so that
 * the next pass does not decide on a state that it changed itself.
 */
export class SessionInformer {
  readonly #sessions = new Map<string, AgenticSession>();
  readonly #store: TaskStore;
  readonly #onChange: (key: string, deleted: boolean) => void;
  readonly #book: AdmissionBook;

  constructor(store: TaskStore, book: AdmissionBook, onChange: (key: string, deleted: boolean) => void) {
    this.#book = book;
    this.#store = store;
    this.#onChange = onChange;
  }

  get(key: string): AgenticSession | undefined {
    return this.#sessions.get(key);
  }

  values(): IterableIterator<AgenticSession> {
    return this.#sessions.values();
  }

  /** Takes in the object that a write returned. Ignores a session that was deleted meanwhile: no later event would remove it. */
  apply(session: AgenticSession): void {
    const key = keyText(session.metadata);
    const known = this.#sessions.get(key);
    if (known && known.metadata.uid === session.metadata.uid && !isOlder(session, known))
      this.#keep(key, session);
  }

  /** Watches until the signal aborts; `onSynced` is called once when everything there is has been seen. */
  async run(options: ListOptions & { signal: AbortSignal }, onSynced: () => void): Promise<void> {
    for await (const event of this.#store.watch('AgenticSession', options)) {
      if (event.type === 'SYNCED') onSynced();
      else this.#take(event.type === 'DELETED', event.object);
    }
  }

  #take(deleted: boolean, session: AgenticSession): void {
    const key = keyText(session.metadata);
    const known = this.#sessions.get(key);
    if (deleted) this.#drop(key);
    else if (known && isOlder(session, known)) return;
    else this.#keep(key, session);
    this.#onChange(key, deleted);
  }

  #keep(key: string, session: AgenticSession): void {
    const kept = keptOfSession(session);
    this.#sessions.set(key, kept);
    this.#book.put(key, kept);
  }

  #drop(key: string): void {
    this.#sessions.delete(key);
    this.#book.put(key, undefined);
  }
}
