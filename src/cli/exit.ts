import { BgtaskError, type ErrorCode, messageOf } from '../domain/errors.ts';
import { asCalled } from './as-called.ts';
import { type CliContext, EXIT } from './context.ts';
import { safeText } from './output/safe.ts';

const CODES: Record<ErrorCode, number> = {
  Usage: EXIT.usage,
  Invalid: EXIT.usage,
  TooLarge: EXIT.usage,
  TooManyRequests: EXIT.error,
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

/** Errors of pure modules that mean that the words of the command line are wrong. */
const USAGE_NAMES = new Set(['OutputError', 'TemplateError']);

type Talk = Pick<CliContext, 'err' | 'program' | 'place' | 'wayOut'>;

const PLAIN: Talk = { program: 'bgtask', place: '', err: (text) => process.stderr.write(safeText(text)) };

/** The exit code of anything thrown. */
function codeOf(error: unknown): number {
  if (error instanceof BgtaskError) return CODES[error.code];
  return error instanceof Error && USAGE_NAMES.has(error.name) ? EXIT.usage : EXIT.error;
}

/** Says what went wrong on standard error, in one or two lines, and gives the exit code. */
export function explain(error: unknown, verbose: boolean, talk: Talk = PLAIN): number {
  if (verbose && error instanceof Error) talk.err(`${error.stack}\n`);
  talk.err(`error: ${asCalled(messageOf(error), talk)}\n`);
  const hint = error instanceof BgtaskError ? error.hint : undefined;
  if (hint) talk.err(`${asCalled(hint, talk)}\n`);
  if (talk.wayOut && error instanceof BgtaskError && error.code === 'Unavailable')
    talk.err(`${asCalled(talk.wayOut, talk)}\n`);
  return codeOf(error);
}
