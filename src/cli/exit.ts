import { BgtaskError, type ErrorCode, messageOf } from '../domain/errors.ts';
import { EXIT } from './context.ts';

const CODES: Record<ErrorCode, number> = {
  Usage: EXIT.usage,
  Invalid: EXIT.usage,
  TooLarge: EXIT.usage,
  NotFound: EXIT.notFound,
  AlreadyExists: EXIT.error,
  Conflict: EXIT.error,
  Forbidden: EXIT.forbidden,
  Unauthorized: EXIT.forbidden,
  LimitReached: EXIT.limit,
  Unavailable: EXIT.error,
  WaitTimeout: EXIT.waitTimeout,
  Interrupted: EXIT.interrupted,
};

/** Errors of libraries and pure modules that mean that the words of the command line are wrong. */
const USAGE_NAMES = new Set(['OutputError', 'TemplateError', 'SelectorError']);

/** Says what went wrong on standard error, in one or two lines, and gives the exit code. */
export function explain(error: unknown, verbose: boolean, write: (text: string) => void = (text) => process.stderr.write(text)): number {
  if (verbose && error instanceof Error) write(`${error.stack}\n`);
  write(`error: ${messageOf(error)}\n`);
  if (error instanceof BgtaskError) {
    if (error.hint) write(`${error.hint}\n`);
    return CODES[error.code];
  }
  return error instanceof Error && USAGE_NAMES.has(error.name) ? EXIT.usage : EXIT.error;
}
