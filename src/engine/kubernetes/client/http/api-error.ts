import { BgtaskError, type ErrorCode } from '../../../../domain/errors.ts';
import { isRecord } from '../../../../api/record.ts';
import { text, type Json } from '../config/json.ts';

/** A refusal by the API server: the message is the server's own sentence. */
export class ApiError extends BgtaskError {
  /** The HTTP status; for the ERROR event of a watch the code it carries. */
  readonly status: number;
  /** The server's machine-readable reason, e.g. `Expired`; empty when it gave none. */
  readonly reason: string;
  /** Which object: `name`, `group`, `kind`, `causes`. Empty when the resource itself is unknown. */
  readonly details: Json;
  /** Ms that the server asks to wait before trying again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    parts: { status: number; reason: string; details?: Json; retryAfterMs?: number; advice?: string },
  ) {
    const code = codeOf(parts.status, parts.reason, message);
    super(code, message, { hint: hintOf(code, message, parts) });
    this.status = parts.status;
    this.reason = parts.reason;
    this.details = parts.details ?? {};
    this.retryAfterMs = parts.retryAfterMs;
  }
}

const BY_REASON: Record<string, ErrorCode> = {
  AlreadyExists: 'AlreadyExists',
  Conflict: 'Conflict',
  NotFound: 'NotFound',
  Forbidden: 'Forbidden',
  Unauthorized: 'Unauthorized',
  Invalid: 'Invalid',
  BadRequest: 'Invalid',
  RequestEntityTooLarge: 'TooLarge',
};
const BY_STATUS: Record<number, ErrorCode> = {
  400: 'Invalid',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  413: 'TooLarge',
  422: 'Invalid',
  429: 'TooManyRequests',
};

function codeOf(status: number, reason: string, message: string): ErrorCode {
  // etcd's own limit comes as an internal error.
  if (message.includes('request is too large')) return 'TooLarge';
  return BY_REASON[reason] ?? BY_STATUS[status] ?? 'Unavailable';
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  Forbidden: 'ask an administrator of the cluster for a role that allows it',
  TooLarge: 'shorten it: the API server takes no more',
  Unavailable: 'try again in a moment',
  TooManyRequests: 'try again in a moment',
};

/** What the API server says when it cannot ask the operator's webhook. */
const UNASKED = /failed calling webhook "\w+\.bgtask\.ambient-code\.io"/;

function hintOf(
  code: ErrorCode,
  message: string,
  { details = {}, advice }: { details?: Json; advice?: string },
): string | undefined {
  if (UNASKED.test(message))
    return 'on this cluster the operator checks each task before it is stored, and it does not answer: bgtask doctor says why';
  if (code === 'Unauthorized') return advice;
  // A missing object is named in the details; a kind that the server does not know is not.
  if (code === 'NotFound' && !text(details.name))
    return 'the cluster lacks the kinds of tasks: bgtask doctor says what is missing, bgtask install brings it';
  return HINTS[code];
}

/** The error in a Status object, which the server sends as an answer's body or a watch's ERROR event. */
export function errorOfStatus(
  document: unknown,
  fallback: { status: number; message: string; retryAfterMs?: number; advice?: string },
): ApiError {
  const isStatus = isRecord(document) && document.kind === 'Status';
  const body: Json = isStatus ? document : {};
  const details = isRecord(body.details) ? body.details : {};
  const { retryAfterSeconds } = details;
  return new ApiError(text(body.message) ?? fallback.message, {
    status: typeof body.code === 'number' ? body.code : fallback.status,
    reason: text(body.reason) ?? '',
    details,
    retryAfterMs:
      fallback.retryAfterMs ?? (typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1000 : undefined),
    advice: fallback.advice,
  });
}

/** True when the version that a watch or a page starts from is no longer there. */
export const isExpired = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone');

/** True when the object is not there; false when the server does not know the resource at all. */
export const isMissingObject = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'NotFound' && text(error.details.name) !== undefined;
