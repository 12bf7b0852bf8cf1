/** Tokens of one answer of a model; each kind is counted once. */
export interface Tokens {
  model?: string;
  /** Input that neither came from a cache nor went into one. */
  input: number;
  cacheRead: number;
  /** Written to the cache, `cacheWriteHour` of them for an hour. */
  cacheWrite: number;
  cacheWriteHour: number;
  output: number;
  /** Searches of the web that the provider made. */
  searches: number;
}

/** Reads one JSON object of an answer: the whole, or one event of it. Returns undefined where it tells no tokens. */
export type UsageReader = (json: unknown) => Tokens | undefined;

export const NO_TOKENS: Tokens = {
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteHour: 0,
  output: 0,
  searches: 0,
};

/** What two events of one answer say together: each figure is a total of the answer so far, and an event may leave some out. */
export const laterOf = (before: Tokens, after: Tokens): Tokens => ({
  model: after.model ?? before.model,
  input: Math.max(before.input, after.input),
  cacheRead: Math.max(before.cacheRead, after.cacheRead),
  cacheWrite: Math.max(before.cacheWrite, after.cacheWrite),
  cacheWriteHour: Math.max(before.cacheWriteHour, after.cacheWriteHour),
  output: Math.max(before.output, after.output),
  searches: Math.max(before.searches, after.searches),
});

/** All input of an answer, cached or not. */
export const inputOf = ({ input, cacheRead, cacheWrite }: Tokens): number => input + cacheRead + cacheWrite;
