import { messageOf } from '../../domain/errors.ts';
import { LfsError } from './lfs-error.ts';
import type { LfsResponse } from './transport.ts';

/** A response's body as text. Throws an LfsError for one of more bytes than `most`, and a passing one when the connection breaks. */
export async function textOf({ origin, body }: LfsResponse, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let count = 0;
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk as Uint8Array);
      count += bytes.length;
      if (count > most) throw new LfsError(`${origin} answers with more than ${most} bytes`);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof LfsError) throw error;
    throw new LfsError(`${origin} broke off: ${messageOf(error)}`, { cause: error, isPassing: true });
  }
  return Buffer.concat(chunks).toString('utf8');
}
