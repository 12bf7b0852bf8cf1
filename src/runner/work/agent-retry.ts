import { setTimeout as delay } from 'node:timers/promises';
import { ModelUnavailableError, StageError } from '../../domain/reasons.ts';
import { brief } from '../agents/cli.ts';
import type { StageLog } from '../stage-log.ts';

/** Seconds before the first try of a model whose provider named no time; doubled up to the longest. */
const FIRST = 30;
const LONGEST = 600;
/** Seconds after the time that a provider names: its clock and ours differ. */
const AFTER = 5;

export interface AgentRetryOptions {
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

/** Decides whether an agent runs again after a temporary failure: a model that is not available, or a program that prints nothing. */
export class AgentRetry {
  readonly #options: Required<AgentRetryOptions>;
  #waited = 0;
  #tries = 0;
  #wasSilent = false;

  constructor(options: AgentRetryOptions) {
    this.#options = {
      now: Date.now,
      sleep: (ms, signal) => delay(ms, undefined, { signal }),
      ...options,
    };
  }

  /**
   * Waits after a temporary failure and returns the prompt for the next run. Waits until the model is available, or not at all after the first silence of the program.
   * Throws the error if it is not temporary, if the program was silent twice, or if the wait exceeds the deadline or the setting.
   */
  async waitAfter(error: unknown): Promise<string> {
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
    // The backoff also limits how often a model is called whose reset time has passed.
    const retries = this.#tries - (named === undefined ? 0 : 1);
    const backoff = retries < 0 ? 1 : Math.min(LONGEST, FIRST * 2 ** retries);
    const wait = Math.max(backoff, named ?? 0);
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

/** Returns the error for a wait that is too long, with the reason. */
function longer(error: ModelUnavailableError, waited: number, left: number): ModelUnavailableError {
  const until = error.until ? ` The limit ends at ${error.until.toISOString().replace('.000Z', 'Z')}.` : '';
  const how = waited > 0 ? ` The task waited ${Math.round(waited)} s for it.` : '';
  const more = ` It does not wait longer: ${Math.max(0, Math.floor(left))} s are left of its time and of the setting agents.modelWait.`;
  return new ModelUnavailableError(`${error.message}${until}${how}${more}`, error.until, { cause: error });
}
