/** What went wrong, in the words of the API that users know. The command line maps a code to an exit code, the server to a status. */
export type ErrorCode =
  | 'Usage'
  | 'Invalid'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Forbidden'
  | 'Unauthorized'
  | 'LimitReached'
  | 'Unavailable'
  | 'WaitTimeout'
  | 'TooLarge'
  | 'TooManyRequests'
  | 'Interrupted';

/** An error that a person can act on: its message says what and which object, its hint what to do next. */
export class BgtaskError extends Error {
  override name = 'BgtaskError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** True for a BgtaskError of one of these codes. */
export const hasCode = (error: unknown, ...codes: ErrorCode[]): error is BgtaskError =>
  error instanceof BgtaskError && codes.includes(error.code);

/** The sentence of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
