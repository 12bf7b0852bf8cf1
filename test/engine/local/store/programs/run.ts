import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundled } from '../../../../support/bundle.ts';

/** The program in writer-program.ts as one file. */
export const bundleWriter = (): Promise<string> => bundled(join(import.meta.dirname, 'writer-program.ts'));

/** A running writer, and the lines it has printed so far. */
export class Running {
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  #errors = '';
  #onLine: () => void = () => undefined;

  /** `env` is added to this process's environment. */
  constructor(command: string, args: string[], env: Record<string, string> = {}) {
    this.child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    this.child.stderr?.on('data', (data: Buffer) => (this.#errors += data.toString()));
    const read = this.#read();
    this.ended = once(this.child, 'close').then(async ([code, signal]: (number | string)[]) => {
      await read;
      return signal ?? code ?? '';
    });
  }

  async #read(): Promise<void> {
    if (!this.child.stdout) return;
    for await (const line of createInterface({ input: this.child.stdout })) {
      this.lines.push(line);
      this.#onLine();
    }
  }

  /** Waits for that many lines; fails when the program ends before. */
  async until(count: number): Promise<void> {
    while (this.lines.length < count) {
      const line = new Promise<undefined>((resolve) => (this.#onLine = () => resolve(undefined)));
      const ended = await Promise.race([this.ended, line]);
      if (ended !== undefined && this.lines.length < count)
        throw new Error(`ended with ${ended}: ${this.#errors}`);
    }
  }
}
