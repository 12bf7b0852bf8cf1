import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { BgtaskError } from '../domain/errors.ts';

/** Requests of one caller at once, streams among them: a page of one person has two. */
const PER_CALLER = 64;

/** Names a caller by the token, and says nothing of it. */
export const callerOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/** The requests under way: what was begun for a caller ends when the caller has gone, or with the server. */
export class OpenRequests {
  readonly #open = new Map<ServerResponse, AbortController>();
  readonly #callers = new Map<string, number>();
  readonly #perCaller: number;

  constructor(perCaller = PER_CALLER) {
    this.#perCaller = perCaller;
  }

  /** Counts a request of a caller; the signal aborts when its answer is out, or cannot be. Throws TooManyRequests. */
  begin(token: string, answer: ServerResponse): AbortSignal {
    const caller = callerOf(token);
    const others = this.#callers.get(caller) ?? 0;
    if (others >= this.#perCaller)
      throw new BgtaskError('TooManyRequests', `This caller has ${others} requests under way already.`);
    const over = new AbortController();
    this.#callers.set(caller, others + 1);
    this.#open.set(answer, over);
    answer.once('close', () => {
      over.abort();
      this.#open.delete(answer);
      const left = (this.#callers.get(caller) ?? 1) - 1;
      if (left > 0) this.#callers.set(caller, left);
      else this.#callers.delete(caller);
    });
    return over.signal;
  }

  /** Requests under way. */
  get count(): number {
    return this.#open.size;
  }

  /** Ends what goes on: streams, waits. */
  endAll(): void {
    for (const over of this.#open.values()) over.abort();
  }
}
