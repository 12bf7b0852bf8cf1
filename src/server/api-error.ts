import { BgtaskError, type ErrorCode } from '../domain/errors.ts';
import { TemplateError } from '../domain/template.ts';

/** The body of every refusal. */
export interface ErrorBody {
  /** What kind of trouble, in a few words. */
  error: string;
  /** What exactly, and for bad input where: `repository.url: ...`. */
  message?: string;
}

/** A refusal as it goes out. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503 | 504;
  body: ErrorBody;
}

const WORDS: Record<ErrorCode, [Refusal['status'], string]> = {
  Usage: [400, 'Invalid request'],
  Invalid: [400, 'Invalid request'],
  Unauthorized: [401, 'Not signed in'],
  Forbidden: [403, 'Forbidden'],
  NotFound: [404, 'Not found'],
  AlreadyExists: [409, 'Already exists'],
  Conflict: [409, 'Conflict'],
  LimitReached: [409, 'Limit reached'],
  TooLarge: [413, 'Too large'],
  TooManyRequests: [429, 'Too many requests'],
  Unavailable: [503, 'Unavailable'],
  Interrupted: [503, 'Unavailable'],
  WaitTimeout: [504, 'Timed out'],
};

/** A refused create knows the title and the sentence that users were promised. */
function limitWords(error: BgtaskError): ErrorBody | undefined {
  const { cause } = error;
  if (error.code !== 'LimitReached' || typeof cause !== 'object' || cause === null) return undefined;
  return 'title' in cause && 'message' in cause
    ? { error: String(cause.title), message: String(cause.message) }
    : undefined;
}

/** What goes out for anything thrown; undefined for an unexpected error, whose words may hold anything. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof TemplateError)
    return { status: 400, body: { error: 'Invalid request', message: error.message } };
  if (!(error instanceof BgtaskError)) return undefined;
  const [status, title] = WORDS[error.code];
  return { status, body: limitWords(error) ?? { error: title, message: error.message } };
}
