import type { ListWatchEvent } from '../client/list-watch.ts';

/** A list-watch that is being applied. */
export interface Told {
  /** Resolves when everything there is has been told; rejects when the first list fails. */
  synced: Promise<void>;
  /** Resolves when the list-watch has ended; rejects if one of its later events could not be applied: no event is applied after that. */
  ended: Promise<void>;
}

/** Applies the events of a list-watch as they come. */
export function told<T>(
  events: AsyncIterable<ListWatchEvent<T>>,
  apply: (object: T, gone: boolean) => void,
): Told {
  let ended: Promise<void> = Promise.resolve();
  const synced = new Promise<void>((resolve, reject) => {
    ended = (async () => {
      let isSynced = false;
      try {
        for await (const event of events) {
          if (event.type === 'SYNCED') {
            isSynced = true;
            resolve();
          } else apply(event.object, event.type === 'DELETED');
        }
        resolve();
      } catch (error) {
        reject(error);
        if (isSynced) throw error;
      }
    })();
  });
  return { synced, ended };
}
