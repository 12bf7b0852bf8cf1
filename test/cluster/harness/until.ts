import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again (every 25 ms) until the answer is neither undefined nor false, and returns it. After `seconds` it throws a
 * sentence with `what` and the last error; a FatalError ends it at once.
 */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      last = error;
    }
    await delay(25);
  }
  const because = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`${what} did not happen within ${seconds} s${because}`, { cause: last });
}

/** An error after which waiting longer is of no use. */
export class FatalError extends Error {}
