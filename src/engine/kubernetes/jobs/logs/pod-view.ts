import type { Stage } from '../../../../domain/report.ts';
import { isLive, type SeenPod } from '../job-seen.ts';
import { containerState } from '../stage-facts.ts';
import type { ContainerPhase, ContainerView } from './container-log.ts';

/** How a container of a pod stands. */
function containerPhase(seen: SeenPod, stage: Stage): ContainerPhase {
  const state = containerState(seen.pod, stage);
  if (seen.gone) return 'skipped';
  if (state?.terminated) return 'ended';
  if (state?.running) return isLive(seen) ? 'running' : 'ended';
  return isLive(seen) ? 'waiting' : 'skipped';
}

/** A pod's state that the caller keeps up to date, for the readers of its logs. */
export class PodView {
  #seen: SeenPod;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<() => void>();

  constructor(seen: SeenPod, signal: AbortSignal) {
    this.#seen = seen;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  get seen(): SeenPod {
    return this.#seen;
  }

  update(seen: SeenPod): void {
    this.#seen = seen;
    this.wake();
  }

  /** Wakes all waiting readers, so that they check the pod again. */
  wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  changed(ms: number): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }

  of(stage: Stage): ContainerView {
    return { phase: () => containerPhase(this.#seen, stage), changed: (ms) => this.changed(ms) };
  }
}
