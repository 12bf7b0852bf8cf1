import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seconds for which a browser stays signed in. */
export const SIGNED_IN_FOR = 12 * 3600;

/** Bytes of a cookie's value that every browser keeps: 4096 with its name and attributes (RFC 6265, 6.1). */
const VALUE_MAX = 3800;

/** AES-256-GCM: bytes of the key, of the nonce and of the tag. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bytes of the moment at which it was sealed: seconds since 1970. */
const TIME_BYTES = 6;

/**
 * Tokens in cookies. A browser sends the cookies of a host to every port of it, so another server on this machine may see them: what it sees is
 * encrypted, and opens only together with a secret that the pages keep for their own origin, and that is sent in a header.
 */
export class SealedTokens {
  readonly #key: Buffer;

  /** `key` has KEY_BYTES. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The value of a cookie; undefined for a token that is too long for one. */
  seal(token: string, secret: string, now: Date): string | undefined {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(Buffer.from(secret));
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUIntBE(Math.floor(now.getTime() / 1000), 0, TIME_BYTES);
    const body = Buffer.concat([cipher.update(Buffer.concat([time, Buffer.from(token)])), cipher.final()]);
    const value = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    return value.length <= VALUE_MAX ? value : undefined;
  }

  /** The token; undefined for a value that this key and this secret did not seal, and for one that is older than SIGNED_IN_FOR. */
  open(value: string, secret: string, now: Date): string | undefined {
    const bytes = Buffer.from(value, 'base64url');
    const head = NONCE_BYTES + TAG_BYTES;
    if (bytes.length < head + TIME_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(secret));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, head));
    try {
      const body = Buffer.concat([decipher.update(bytes.subarray(head)), decipher.final()]);
      const age = now.getTime() / 1000 - body.readUIntBE(0, TIME_BYTES);
      return age < SIGNED_IN_FOR ? body.subarray(TIME_BYTES).toString() : undefined;
    } catch {
      return undefined;
    }
  }
}
