import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BgtaskError, messageOf } from '../../domain/errors.ts';
import { pingSupervisor } from './handover.ts';
import { SupervisorLease } from './lease.ts';
import type { LocalPaths } from './paths.ts';
import { isAlive, isStopped, type ProcessIdentity } from './process-identity.ts';
import { lastLogLine, startSupervisor, supervisorLog, type SupervisorOptions } from './start-supervisor.ts';

/** Times, in milliseconds. */
export interface CareTimes {
  /** In which a supervisor that was started takes the lease; before that no other one is started. */
  start: number;
  /** Between two pings. */
  ping: number;
  /** Without an answer, until it is said. */
  silence: number;
  /** Without an answer, until the supervisor is ended and another one is started: it may be killed at any moment. */
  hung: number;
  /** In which so many failed starts are too many. */
  window: number;
}

const TIMES: CareTimes = { start: 30_000, ping: 2000, silence: 10_000, hung: 60_000, window: 60_000 };

/** How often a supervisor is started that does not stay. */
const STARTS = 3;

const hasEntries = (folder: string): boolean => {
  try {
    return readdirSync(folder).some((project) => readdirSync(join(folder, project)).length > 0);
  } catch {
    return false;
  }
};

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Sees to it that a supervisor runs and answers, as long as this process lives. Says what it does about one that does not. */
export class SupervisorCare {
  readonly #paths: LocalPaths;
  readonly #options: SupervisorOptions;
  readonly #times: CareTimes;
  readonly #lease: SupervisorLease;
  /** When supervisors that this process started failed, and how. */
  #failures: { at: number; how: string }[] = [];
  #startedAt: number | undefined;
  #pingedAt: number | undefined;
  #silent: { pid: number; since: number; said: boolean } | undefined;

  constructor(paths: LocalPaths, options: SupervisorOptions, times: Partial<CareTimes> = {}) {
    this.#paths = paths;
    this.#options = options;
    this.#times = { ...TIMES, ...times };
    this.#lease = new SupervisorLease(paths.lease);
  }

  /**
   * Starts a supervisor where none runs, and looks after the one that does. Cheap the first time: only a process that calls it again and again waits for answers.
   * Throws Unavailable when none can be started.
   */
  async ensure(active: boolean): Promise<void> {
    if (!active && !hasEntries(this.#paths.jobs)) return;
    const holder = this.#lease.holder();
    if (holder) return this.#lookAfter(holder);
    const isStarting =
      this.#startedAt !== undefined && performance.now() - this.#startedAt < this.#times.start;
    if (!isStarting && this.#recent().length < STARTS) await this.#start();
  }

  /** Why this process starts no supervisor any more: those that it started ended at once. */
  get trouble(): BgtaskError | undefined {
    const recent = this.#recent();
    if (recent.length < STARTS) return undefined;
    return new BgtaskError(
      'Unavailable',
      `The supervisor was started ${recent.length} times and ${recent.at(-1)?.how}. ${this.#lastWords()}`,
      { hint: `See what is wrong: bgtask doctor    Its log: ${supervisorLog(this.#paths)}` },
    );
  }

  #recent(): { at: number; how: string }[] {
    this.#failures = this.#failures.filter(({ at }) => performance.now() - at < this.#times.window);
    return this.#failures;
  }

  #lastWords(): string {
    const line = lastLogLine(this.#paths);
    return line ? `Its log ends with: ${line}` : 'Its log is empty.';
  }

  async #start(): Promise<void> {
    this.#startedAt = performance.now();
    const failed = (how: string): void => {
      this.#startedAt = undefined;
      this.#failures.push({ at: performance.now(), how });
    };
    try {
      const child = await startSupervisor(this.#options, this.#paths);
      child.once('exit', (code, signal) => {
        if (code !== 0) failed(signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
        this.#startedAt = undefined;
      });
    } catch (error) {
      failed(`could not be started: ${messageOf(error)}`);
      throw error;
    }
  }

  async #lookAfter(holder: ProcessIdentity): Promise<void> {
    this.#startedAt = undefined;
    if (isStopped(holder)) return this.#wake(holder);
    const now = performance.now();
    const isFirst = this.#pingedAt === undefined;
    if (!isFirst && now - (this.#pingedAt ?? 0) < this.#times.ping) return;
    this.#pingedAt = now;
    if (isFirst || (await pingSupervisor(this.#paths)) !== 'silent') this.#silent = undefined;
    else this.#noAnswer(holder);
  }

  /** A supervisor that a signal stopped goes on: no terminal and no shell stops it, so that it was not meant. */
  #wake({ pid }: ProcessIdentity): void {
    signal(pid, 'SIGCONT');
    this.#options.onProblem(`The supervisor (process ${pid}) was stopped by a signal; it goes on now.`);
  }

  #noAnswer(holder: ProcessIdentity): void {
    const { pid } = holder;
    if (this.#silent?.pid !== pid) this.#silent = { pid, since: performance.now(), said: false };
    const silence = performance.now() - this.#silent.since;
    if (silence >= this.#times.hung && isAlive(holder)) {
      signal(pid, 'SIGKILL');
      this.#silent = undefined;
      this.#options.onProblem(
        `The supervisor (process ${pid}) did not answer for ${this.#times.hung / 1000} s and was ended; another one takes its tasks up.`,
      );
    } else if (silence >= this.#times.silence && !this.#silent.said) {
      this.#silent.said = true;
      this.#options.onProblem(
        `The supervisor (process ${pid}) does not answer. ${this.#lastWords()} It gets ${this.#times.hung / 1000} s, then another one takes its place. To do that now: kill -9 ${pid}`,
      );
    }
  }
}
