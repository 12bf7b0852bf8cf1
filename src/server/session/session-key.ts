import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BgtaskError, messageOf } from '../../domain/errors.ts';
import { KEY_BYTES } from './sealed-token.ts';

/** Bytes that a file must have at least to make a key that cannot be guessed. */
const FILE_MIN = 32;

/**
 * The key of the cookies, made of a secret file: servers with the same file take each other's cookies. Without one the key is new at each start.
 * Throws Usage for a file that cannot be read or is shorter than 32 bytes.
 */
export function sessionKey(file: string | undefined): Buffer {
  if (file === undefined) return randomBytes(KEY_BYTES);
  let secret: Buffer;
  try {
    secret = readFileSync(file);
  } catch (cause) {
    throw new BgtaskError('Usage', `--session-key ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (secret.length < FILE_MIN)
    throw new BgtaskError(
      'Usage',
      `--session-key ${file} has ${secret.length} bytes; it needs ${FILE_MIN} or more.`,
      {
        hint: 'For example: openssl rand -base64 48 > session.key',
      },
    );
  const material = createHash('sha256').update(secret).digest();
  return Buffer.from(hkdfSync('sha256', material, '', 'bgtask session cookie', KEY_BYTES));
}
