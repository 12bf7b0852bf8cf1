/** Failed connections after which a provider that never answered is given up: programs try again at once, and a moment's failure passes. */
const FAILURES = 3;

/** Whether a provider can be reached at all. A wrong address or a closed network does not heal while a program tries again, and programs try for minutes. */
export class Reach {
  readonly #onLost: (message: string) => void;
  #failures = 0;
  #hasAnswered: boolean;
  /** Why the provider is given up. */
  lost: string | undefined;

  /**
   * @param onLost Told once, with the last failure, when the provider is given up.
   * @param hasAnswered True where it answered earlier in this task.
   */
  constructor(onLost: (message: string) => void = () => undefined, hasAnswered = false) {
    this.#onLost = onLost;
    this.#hasAnswered = hasAnswered;
  }

  /** An answer came, of whatever kind: what fails from now on may be temporary. */
  answered(): void {
    this.#hasAnswered = true;
  }

  /** A connection failed. */
  failed(message: string): void {
    this.#failures += 1;
    if (this.#hasAnswered || this.lost !== undefined || this.#failures < FAILURES) return;
    this.lost = message;
    this.#onLost(message);
  }
}
