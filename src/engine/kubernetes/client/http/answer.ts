import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errorOfStatus, type ApiError } from './api-error.ts';

const unzip = promisify(gunzip);
/** The longest part of a plain-text answer that an error repeats. */
const PLAIN_MAX = 300;

/** The whole body, unpacked. Rejects with the system's error when the connection ends early. */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return (response.headers['content-encoding'] === 'gzip' ? await unzip(bytes) : bytes).toString('utf8');
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
    throw new NoJson(`what came is no JSON: ${JSON.stringify(body.slice(0, 80))}`, { cause: error });
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
