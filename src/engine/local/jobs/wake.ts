/** Waits until `wake` is called or a timeout expires. If `wake` was called before the wait began, the wait returns immediately. */
export class Wake {
  #called = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#called = true;
    this.#resolve?.();
  }

  /**
   * Until the next `wake`, at most `ms` milliseconds.
   * @param ref false: this wait alone does not keep the process alive.
   */
  async wait(ms: number, ref = false): Promise<void> {
    if (!this.#called)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        if (!ref) timer.unref();
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#resolve = undefined;
    this.#called = false;
  }
}
