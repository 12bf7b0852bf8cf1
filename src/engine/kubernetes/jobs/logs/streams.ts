import type { ContainerView } from './container-log.ts';
import type { PodView } from './pod-view.ts';

const LONG = 60_000;

/** Room for so many streams of running containers. A container that has ended needs none: its log is read in a moment. */
export class Streams {
  #free: number;
  /** In the order of their coming. */
  readonly #waiting = new Set<PodView>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for room, or for the container's end; the returned function gives the room back. */
  async enter(container: ContainerView, view: PodView, signal: AbortSignal): Promise<() => void> {
    this.#waiting.add(view);
    try {
      while (container.phase() === 'running' && !signal.aborted) {
        if (this.#free > 0) {
          this.#free--;
          return () => this.#leave();
        }
        await view.changed(LONG);
      }
      return () => undefined;
    } finally {
      this.#waiting.delete(view);
    }
  }

  #leave(): void {
    this.#free++;
    for (const view of this.#waiting) return view.wake();
  }
}
