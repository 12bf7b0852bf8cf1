/** Delays of a key that keeps failing, in milliseconds: doubled each time from the first to the longest, as client-go's limiter does. */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 60_000;

/** Longest delay setTimeout can hold. */
const LONGEST_DELAY = 2_147_483_647;

/** One key in so many is taken from behind although others wait in front, so that the keys behind have their turn too. */
const TURN = 8;

/** Where a key waits. */
type Place = 'front' | 'behind';

/**
 * A queue of keys: one that waits already is not added twice, and one that is being worked on is worked on again afterwards, never twice
 * at once. A key waits in front or behind; asked for in both places, in front. Each key has at most one timer: the soonest wins.
 */
export class WorkQueue {
  readonly #ready: Record<Place, Set<string>> = { front: new Set(), behind: new Set() };
  readonly #active = new Set<string>();
  readonly #again = new Map<string, Place>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  #wake: (() => void)[] = [];
  #closed = false;
  #taken = 0;

  /** Called each time the last key has been worked on and none waits. */
  onIdle: () => void = () => undefined;

  /** Keys that wait to be worked on now. */
  get depth(): number {
    return this.#ready.front.size + this.#ready.behind.size;
  }

  /** True when a key waits in front. */
  get crowded(): boolean {
    return this.#ready.front.size > 0;
  }

  /** True when nothing waits and nothing is worked on; timers do not count. */
  get idle(): boolean {
    return this.depth === 0 && this.#active.size === 0;
  }

  add(key: string, place: Place = 'front'): void {
    if (this.#closed) return;
    this.#clearTimer(key);
    if (this.#active.has(key)) {
      if (this.#again.get(key) !== 'front') this.#again.set(key, place);
    } else if (place === 'front') {
      this.#ready.behind.delete(key);
      this.#ready.front.add(key);
    } else if (!this.#ready.front.has(key)) this.#ready.behind.add(key);
    this.#wake.shift()?.();
  }

  addAfter(key: string, milliseconds: number): void {
    if (this.#closed) return;
    if (milliseconds <= 0) return this.add(key);
    const at = Date.now() + Math.min(milliseconds, LONGEST_DELAY);
    const current = this.#timers.get(key);
    if (current && current.at <= at) return undefined;
    this.#clearTimer(key);
    const timer = setTimeout(() => this.add(key), Math.min(milliseconds, LONGEST_DELAY));
    this.#timers.set(key, { at, timer });
    return undefined;
  }

  /** Adds a key whose work failed, later each time until `succeeded`. */
  addFailed(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** failures));
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  /** Works on keys with `work` until closed, `workers` at a time. */
  async run(workers: number, work: (key: string) => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: workers }, () => this.#worker(work)));
  }

  /** Lets workers end after what they do now; what waits is dropped. */
  close(): void {
    this.#closed = true;
    for (const keys of Object.values(this.#ready)) keys.clear();
    for (const key of this.#timers.keys()) this.#clearTimer(key);
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #worker(work: (key: string) => Promise<void>): Promise<void> {
    while (!this.#closed) {
      const key = this.#take();
      if (key === undefined) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      this.#active.add(key);
      try {
        await work(key);
      } finally {
        this.#active.delete(key);
        const again = this.#again.get(key);
        this.#again.delete(key);
        if (again) this.add(key, again);
      }
      if (this.idle) this.onIdle();
    }
  }

  #take(): string | undefined {
    const { front, behind } = this.#ready;
    this.#taken++;
    const keys = front.size === 0 || (behind.size > 0 && this.#taken % TURN === 0) ? behind : front;
    const key = keys.values().next().value;
    if (key !== undefined) keys.delete(key);
    return key;
  }

  #clearTimer(key: string): void {
    const entry = this.#timers.get(key);
    if (entry) clearTimeout(entry.timer);
    this.#timers.delete(key);
  }
}
