import { setTimeout as delay } from 'node:timers/promises';
import { ModelUnavailableError, StageError } from '../../domain/reasons.ts';
import { brief } from '../agents/cli.ts';
import type { StageLog } from '../stage-log.ts';

/** Seconds before the first try of a model whose provider named no time; doubled up to the longest. */
const FIRST = 30;
const LONGEST = 600;
/** Seconds after the time that a provider names: its clock and ours differ. */
const AFTER = 5;

export interface PatienceOptions {
  /** Seconds that the task may wait for its model, all waits together. */
  seconds: number;
  /** When the task's time is over. */
  deadline: Date;
  log: StageLog;
  signal: AbortSignal;
  /** For tests. */
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** What a task does when its agent is ended by something that passes: a model that is not available, or a program that prints nothing. */
export class Patience {
  readonly #options: Required<PatienceOptions>;
  #waited = 0;
  #tries = 0;
  #wasSilent = false;

  constructor(options: PatienceOptions) {
    this.#options = {
      now: Date.now,
      sleep: (ms, signal) => delay(ms, undefined, { signal }),
      ...options,
    };
  }

  /**
   * Resolves when the agent is worth another run, with what it is told then: after the wait for its model, and at once after its first silence. Throws
   * the error for everything else, and for a wait that is longer than the task has.
   */
  async outlast(error: unknown): Promise<string> {
    if (error instanceof ModelUnavailableError) {
      await this.#wait(error);
      return 'The model was not available for a while. Go on with the task where you stopped.';
    }
    if (!(error instanceof StageError) || error.reason !== 'AgentSilent' || this.#wasSilent) throw error;
    this.#wasSilent = true;
    this.#options.log.line(`${error.message} It is started once more.`);
    return 'You were ended because you printed nothing for a long time. Go on with the task where you stopped; avoid commands that do not end.';
  }

  async #wait(error: ModelUnavailableError): Promise<void> {
    const { seconds, deadline, log, signal, now, sleep } = this.#options;
    const named = error.until && (error.until.getTime() - now()) / 1000 + AFTER;
    // Also a provider that names a time which has passed is not asked, and paid, again and again.
    const least =
      this.#tries === 0 && named !== undefined
        ? 1
        : FIRST * 2 ** Math.max(0, this.#tries - (named === undefined ? 0 : 1));
    const wait = Math.max(Math.min(LONGEST, least), named ?? 0);
    const left = Math.min(seconds - this.#waited, (deadline.getTime() - now()) / 1000);
    if (!(wait < left)) throw longer(error, this.#waited, left);
    this.#tries += 1;
    const until = new Date(now() + wait * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    log.event({ phase: `Waiting for the model until ${until}: ${brief(error.message)}` });
    log.line(error.message);
    log.line(`Waiting for the model until ${until}`);
    await sleep(wait * 1000, signal);
    this.#waited += wait;
  }
}

/** The error of a task that does not wait, or no more, with why. */
function longer(error: ModelUnavailableError, waited: number, left: number): ModelUnavailableError {
  const until = error.until ? ` The limit ends at ${error.until.toISOString().replace('.000Z', 'Z')}.` : '';
  const how = waited > 0 ? ` The task waited ${Math.round(waited)} s for it.` : '';
  const more = ` It does not wait longer: ${Math.max(0, Math.floor(left))} s are left of its time and of the setting agents.modelWait.`;
  return new ModelUnavailableError(`${error.message}${until}${how}${more}`, error.until, { cause: error });
}
