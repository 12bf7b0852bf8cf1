import { BgtaskError } from '../domain/errors.ts';

/** What a token may hold (RFC 6750, 2.1): a header with anything else is not a token, and must not reach another header. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** The token in an Authorization header. Throws Unauthorized; the words never hold what was sent. */
export function bearerOf(header: string | undefined): string {
  const token = BEARER.exec(header?.trim() ?? '')?.[1];
  if (token !== undefined) return token;
  throw new BgtaskError(
    'Unauthorized',
    header === undefined
      ? 'Send your token: Authorization: Bearer TOKEN.'
      : 'The header Authorization must be: Bearer TOKEN.',
  );
}
