/** Delays of a key that keeps failing, in milliseconds: doubled each time from the first to the longest, as client-go's limiter does. */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 60_000;

/** Longest delay setTimeout can hold. */
const LONGEST_DELAY = 2_147_483_647;

/**
 * A queue of keys: one that waits already is not added twice, and one that is being worked on is worked on again afterwards, never twice
 * at once. Each key has at most one timer: the soonest wins.
 */
export class WorkQueue {
  readonly #ready = new Set<string>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  #wake: (() => void)[] = [];
  #closed = false;

  /** Called each time the last key has been worked on and none waits. */
  onIdle: () => void = () => undefined;

  /** Keys that wait to be worked on now. */
  get depth(): number {
    return this.#ready.size;
  }

  /** True when nothing waits and nothing is worked on; timers do not count. */
  get idle(): boolean {
    return this.#ready.size === 0 && this.#active.size === 0;
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#clearTimer(key);
    if (this.#active.has(key)) this.#again.add(key);
    else this.#ready.add(key);
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
    this.#ready.clear();
    for (const key of this.#timers.keys()) this.#clearTimer(key);
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #worker(work: (key: string) => Promise<void>): Promise<void> {
    while (!this.#closed) {
      const key = this.#ready.values().next().value;
      if (key === undefined) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      this.#ready.delete(key);
      this.#active.add(key);
      try {
        await work(key);
      } finally {
        this.#active.delete(key);
        if (this.#again.delete(key)) this.add(key);
      }
      if (this.idle) this.onIdle();
    }
  }

  #clearTimer(key: string): void {
    const entry = this.#timers.get(key);
    if (entry) clearTimeout(entry.timer);
    this.#timers.delete(key);
  }
}
