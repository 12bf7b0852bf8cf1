/** One request. */
export interface Call {
  /** GET by default. */
  method?: string;
  /** From the root, e.g. `/api/v1/namespaces/a/pods`. */
  path: string;
  /** Absent values are left out. */
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Of the body; JSON by default. */
  contentType?: string;
  /** Of the answer; JSON by default. */
  accept?: string;
  signal?: AbortSignal;
  /** For this call instead of the client's own: ms with all repetitions; of a stream until its headers. 0: no limit. */
  timeoutMs?: number;
}
