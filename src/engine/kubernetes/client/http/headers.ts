import { BgtaskError } from '../../../../domain/errors.ts';
import type { Call } from '../call.ts';
import type { Impersonation } from '../config/access.ts';

type Headers = Record<string, string | string[]>;

interface About {
  encoding: string;
  userAgent: string;
  authorization?: string;
  impersonate?: Impersonation;
}

/** Names of people go out as UTF-8, as kubectl sends them; Node takes a header's characters for bytes. */
const utf8 = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

/** The headers of one request. */
export function headersOf(
  call: Call,
  { encoding, userAgent, authorization, impersonate = {} }: About,
): Headers {
  const headers: Headers = {
    Accept: call.accept ?? 'application/json',
    'Accept-Encoding': encoding,
    'User-Agent': userAgent,
  };
  if (authorization) headers.Authorization = authorization;
  if (call.body !== undefined) headers['Content-Type'] = call.contentType ?? 'application/json';
  const { user, groups = [], uid, extra = {} } = impersonate;
  if (user) headers['Impersonate-User'] = utf8(user);
  if (groups.length > 0) headers['Impersonate-Group'] = groups.map(utf8);
  if (uid) headers['Impersonate-Uid'] = utf8(uid);
  for (const [key, values] of Object.entries(extra))
    headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = values.map(utf8);
  return headers;
}

export const isBadHeader = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_CHAR';

export const badHeader = (cause: unknown): BgtaskError =>
  new BgtaskError(
    'Usage',
    'the token, or the user or group to act as, has a line break or a control character in it',
    {
      hint: 'look at the user in the kubeconfig, or at --as',
      cause,
    },
  );
