import { until } from '../harness/until.ts';
import { OperatorProcess } from '../scenarios/operator-process.ts';

/** An operator as its kubelet keeps it: whenever it has ended it is started again, in the same pod. */
export class KeptOperator {
  /** Every process there was, the one that runs now last. */
  readonly processes: OperatorProcess[] = [];
  /** What they exited with. */
  readonly codes: (number | null)[] = [];
  readonly #start: () => Promise<OperatorProcess>;
  #closed = false;
  #keeping: Promise<void> = Promise.resolve();

  private constructor(start: () => Promise<OperatorProcess>) {
    this.#start = start;
  }

  /** Starts one with these variables besides; it leads, unless `leads` says that another one does. */
  static async start(
    kubeconfig: string,
    {
      pod = 'operator',
      leads = true,
      env = {},
    }: { pod?: string; leads?: boolean; env?: Record<string, string> } = {},
  ): Promise<KeptOperator> {
    const kept = new KeptOperator(() => OperatorProcess.start(kubeconfig, pod, env));
    kept.processes.push(await kept.#start());
    kept.#keeping = kept.#keep();
    if (leads) await kept.now.said('reconciling');
    return kept;
  }

  get now(): OperatorProcess {
    const last = this.processes.at(-1);
    if (!last) throw new Error('no operator was started');
    return last;
  }

  /** Kills the process that runs now; another one follows. */
  kill(): void {
    this.now.signal('SIGKILL');
  }

  /** Kills it, and resolves when the next one leads. */
  async restart(): Promise<void> {
    const { now } = this;
    this.kill();
    await until('the next operator', 30, () => this.now !== now);
    await this.now.said('reconciling');
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.now.signal('SIGKILL');
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    for (;;) {
      this.codes.push(await this.now.ended());
      if (this.#closed) return;
      this.processes.push(await this.#start());
      // Closed while it started.
      if (this.#closed) this.now.signal('SIGKILL');
    }
  }
}
