import type { WatchEvent } from '../../src/engine/engine.ts';
import type { AgenticSession } from '../../src/api/types.ts';

export type SessionEvent = WatchEvent<AgenticSession>;

/** Collects the events of a watch, so that a test can wait for what it expects. */
export class Watcher {
  readonly events: SessionEvent[] = [];
  /** Resolves when the watch has ended; rejects when it failed. */
  readonly ended: Promise<void>;
  #waiting: (() => void)[] = [];

  constructor(events: AsyncIterable<SessionEvent>) {
    this.ended = this.#collect(events);
    // A test that never looks at `ended` sees the failure as the event that does not come.
    this.ended.catch(() => undefined);
  }

  async #collect(events: AsyncIterable<SessionEvent>): Promise<void> {
    for await (const event of events) {
      this.events.push(event);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Waits until the events so far are as wanted; the suite's time limit ends a vain wait. Fails when the watch fails. */
  async until(wanted: (events: readonly SessionEvent[]) => boolean): Promise<void> {
    while (!wanted(this.events)) {
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        this.ended.then(() => {
          throw new Error('the watch ended early');
        }),
      ]);
    }
  }

  synced(): Promise<void> {
    return this.until((events) => events.some(({ type }) => type === 'SYNCED'));
  }

  /** The events in short: `ADDED a`, `SYNCED`. */
  lines(): string[] {
    return this.events.map((event) =>
      event.type === 'SYNCED' ? event.type : `${event.type} ${event.object.metadata.name}`,
    );
  }

  /** Waits for an event written as in lines(). */
  seen(line: string): Promise<void> {
    return this.until(() => this.lines().includes(line));
  }
}
