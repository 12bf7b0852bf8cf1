import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { isSame } from './placeholder.ts';

/** Where the model APIs look for a key: Anthropic, all, Gemini, Azure's OpenAI. */
const KEY_HEADERS = ['x-api-key', 'authorization', 'x-goog-api-key', 'api-key'] as const;
/** Where Gemini's API looks for a key in the address. */
const KEY_PARAMETER = 'key';

/** Headers of one connection (RFC 9110, 7.6.1), and those that are the gateway's own to say. */
// prettier-ignore
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-authorization', 'proxy-authenticate',
  'host', 'expect', 'accept-encoding', 'cookie', ...KEY_HEADERS,
]);

/** Splits `Bearer x` of an authorization; other headers are the key alone. */
function partsOf(value: string): { scheme: string; credential: string } {
  const [, scheme = '', credential = ''] = /^(Bearer +)?(.*)$/is.exec(value) ?? [];
  return { scheme, credential };
}

/**
 * The headers and the query of a request as they go to the provider: the key where the placeholder stood, and no credential besides. One of the program's own
 * would let it act for another account, by which things leave. Returns undefined if the placeholder is nowhere.
 */
export function withKey(
  { headers, query }: { headers: IncomingHttpHeaders; query: URLSearchParams },
  { placeholder, key }: { placeholder: string; key: string },
): { headers: OutgoingHttpHeaders; query: URLSearchParams } | undefined {
  const credentials: OutgoingHttpHeaders = {};
  for (const name of KEY_HEADERS) {
    const { scheme, credential } = partsOf(String(headers[name] ?? ''));
    if (isSame(credential, placeholder)) credentials[name] = `${scheme}${key}`;
  }
  const asked = new URLSearchParams(query);
  asked.delete(KEY_PARAMETER);
  const inQuery = query.getAll(KEY_PARAMETER).some((value) => isSame(value, placeholder));
  if (inQuery) asked.set(KEY_PARAMETER, key);
  if (!inQuery && Object.keys(credentials).length === 0) return undefined;
  return { headers: { ...passedOn(headers), ...credentials }, query: asked };
}

/** The headers of a message that are for its other end. */
function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name) && !named.has(name)),
  );
}

/** The headers of an answer as the program gets them. */
export const answerHeaders = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => passedOn(headers);
