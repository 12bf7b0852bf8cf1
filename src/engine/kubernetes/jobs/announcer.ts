import type { Key } from '../../engine.ts';
import type { News } from './logs/pod-log.ts';

/** Milliseconds between two announcements of one task at least, by what is new. */
export interface AnnounceTimes {
  step: number;
  text: number;
}

/** Each announcement becomes a status write: together no more than 20 a second, so with many tasks each has to wait longer. */
const EACH_MS = 50;

interface Entry {
  last: number;
  timer?: NodeJS.Timeout;
  due: number;
}

/** Tells of new steps and lines of logs, but not of each. */
export class Announcer {
  readonly #tell: (key: Key) => void;
  readonly #times: AnnounceTimes;
  readonly #count: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param count How many tasks there are. */
  constructor(times: AnnounceTimes, count: () => number, tell: (key: Key) => void) {
    this.#times = times;
    this.#count = count;
    this.#tell = tell;
  }

  note(key: Key, news: NonNullable<News>): void {
    const text = `${key.namespace}/${key.name}`;
    // That the Job runs was told already: the first words wait as the later ones do.
    const entry = this.#entries.get(text) ?? { last: Date.now(), due: Infinity };
    this.#entries.set(text, entry);
    const wait = Math.max(this.#times[news], this.#count() * EACH_MS);
    const due = Math.max(Date.now(), entry.last + wait);
    if (due >= entry.due) return;
    clearTimeout(entry.timer);
    entry.due = due;
    entry.timer = setTimeout(() => {
      entry.last = Date.now();
      entry.due = Infinity;
      this.#tell(key);
    }, due - Date.now());
    entry.timer.unref();
  }

  forget({ namespace, name }: Key): void {
    const text = `${namespace}/${name}`;
    clearTimeout(this.#entries.get(text)?.timer);
    this.#entries.delete(text);
  }

  close(): void {
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
  }
}
