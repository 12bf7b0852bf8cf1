import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BgtaskError } from '../../../../domain/errors.ts';
import { errorOfStatus, type ApiError } from './api-error.ts';

const unzip = promisify(gunzip);
/**
 * Bytes of an answer, unpacked. An object has 3 MB at most, and a page of 500 tasks as people make them 10 MB; a page of the largest objects that
 * a user may create has 700 MB, which ends the process.
 */
const BODY_MAX = 32 * 1024 * 1024;
/** The longest part of a plain-text answer that an error repeats. */
const PLAIN_MAX = 300;

const tooLarge = (): BgtaskError =>
  new BgtaskError('TooLarge', `the server answered with more than ${BODY_MAX} bytes`, {
    hint: 'Ask for less at a time: one project, say.',
  });

/** The whole body, unpacked. Rejects with the system's error when the connection ends early, and with TooLarge. */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > BODY_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (response.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  const unpacked = await unzip(bytes, { maxOutputLength: BODY_MAX }).catch((error: unknown) => {
    throw error instanceof RangeError ? tooLarge() : error;
  });
  return unpacked.toString('utf8');
}

/** What the server sent where JSON was due, e.g. the page of a proxy. */
export class NoJson extends Error {
  override name = 'NoJson';
}

export async function jsonOf(response: IncomingMessage): Promise<unknown> {
  const body = await bodyOf(response);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new NoJson(`the answer is not JSON: ${JSON.stringify(body.slice(0, 80))}`, { cause: error });
  }
}

/** The refusal that an answer of status 300 or above is. */
export async function refusalOf(response: IncomingMessage, advice: string): Promise<ApiError> {
  const status = response.statusCode ?? 0;
  const body = await bodyOf(response).catch(() => '');
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    document = undefined;
  }
  const isPlain = (response.headers['content-type'] ?? '').startsWith('text/plain');
  const said =
    isPlain && body.trim() ? body.trim().slice(0, PLAIN_MAX) : `${status} ${response.statusMessage ?? ''}`;
  const message =
    status === 404
      ? 'the server could not find the requested resource'
      : `the server answered: ${said.trim()}`;
  return errorOfStatus(document, { status, message, advice, retryAfterMs: retryAfterOf(response) });
}

/** Retry-After in seconds or as a date (RFC 9110), in ms. */
function retryAfterOf({ headers }: IncomingMessage): number | undefined {
  const value = headers['retry-after'];
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

const WARNING = /\b299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** The sentences of the server's Warning headers (RFC 7234, code 299). */
export const warningsOf = ({ headers }: IncomingMessage): string[] =>
  [...(headers.warning ?? '').matchAll(WARNING)].map(([, sentence = '']) => sentence.replace(/\\(.)/g, '$1'));
