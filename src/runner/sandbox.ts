import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { endGroup, endInside, isOver } from './process-group.ts';
import { splitLines } from './process-output.ts';

/** Milliseconds between two looks at the first process of a sandbox that ended. */
const POLL = 2;
/** Milliseconds after which the kernel is not waited for: a process in the middle of disk I/O takes its time. */
const GONE_LIMIT = 10_000;

/** A running bwrap: what its status descriptor said, and how all of it is ended. */
export class Sandbox {
  readonly #child: ChildProcess;
  /** The first process of the sandbox, by its number out here. */
  #first: number | undefined;
  #hasEnded = false;
  /** Resolves when bwrap has said all. */
  readonly #said: Promise<unknown>;

  constructor(child: ChildProcess, filter?: Buffer) {
    this.#child = child;
    const filterEnd = child.stdio[4] as Writable | null | undefined;
    // bwrap may end without having read it.
    filterEnd?.on('error', () => {});
    filterEnd?.end(filter);
    const status = child.stdio[3];
    const lines = splitLines(4096, (line) => this.#take(line));
    status?.on('data', (chunk: Buffer) => lines.push(chunk));
    status?.on('error', () => {});
    this.#said = status ? once(status, 'close') : Promise.resolve();
  }

  /** True when the sandbox itself did not come about, and the program was not run. */
  get failed(): boolean {
    return !this.#hasEnded && this.#child.exitCode !== null && this.#child.exitCode !== 0;
  }

  /** Asks the programs inside to end, and ends all of them when the time is over. Resolves when bwrap has ended. */
  async end(graceSeconds: number): Promise<void> {
    if (this.#first === undefined) return endGroup(this.#child.pid ?? 0, 0);
    endInside(this.#first);
    await endGroup(this.#child.pid ?? 0, graceSeconds, { quiet: true });
  }

  /**
   * Resolves when no process of the sandbox lives: the first one of a PID namespace becomes a zombie only after all others are gone
   * (pid_namespaces(7)).
   */
  async gone(): Promise<void> {
    const until = performance.now() + GONE_LIMIT;
    await Promise.race([this.#said, delay(GONE_LIMIT, undefined, { ref: false })]);
    while (this.#first !== undefined && !isOver(this.#first) && performance.now() < until) await delay(POLL);
  }

  #take(line: string): void {
    const said = parsed(line);
    if (typeof said['child-pid'] === 'number') this.#first = said['child-pid'];
    if (typeof said['exit-code'] === 'number') this.#hasEnded = true;
  }
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
