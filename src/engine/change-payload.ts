import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  hasChange,
  type LeftChange,
  LEFT_MAX_BYTES,
  type NothingLeft,
  readLeft,
} from '../domain/kept-change.ts';

/**
 * Bytes of the patch and the conversation together. The operator unpacks what hostile pods hand over, and its container has 512 MiB of memory: a gzip of
 * 3.6 MB can unpack to gigabytes.
 */
export const UNPACKED_MAX = 33_554_432;
const NEWLINE = 0x0a;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a work stage in a pod hands over: a line of JSON, then the patch and the agent's conversation. */
export interface ChangePayload {
  said: LeftChange;
  patch: Buffer;
  /** Absent where it is not kept. */
  conversation?: Buffer;
}

/** A payload, compressed. */
export function packChange({ said, patch, conversation }: ChangePayload): Promise<Buffer> {
  const about = Buffer.from(`${JSON.stringify({ ...said, patchBytes: patch.length })}\n`);
  return promisify(gzip)(Buffer.concat([about, patch, ...(conversation ? [conversation] : [])]));
}

/** The compressed payload of a stage without a change: only the note that says why. */
export const packNothing = (said: NothingLeft): Promise<Buffer> =>
  promisify(gzip)(Buffer.from(`${JSON.stringify(said)}\n`));

/**
 * Unpacks what a stage handed over: data from an untrusted place, bounded and compared with its digests. A conversation that is not what its
 * digest says is left out. Undefined for bytes that are not a whole payload.
 */
export async function unpackChange(packed: Uint8Array): Promise<ChangePayload | NothingLeft | undefined> {
  const bytes = await promisify(gunzip)(packed, { maxOutputLength: LEFT_MAX_BYTES + UNPACKED_MAX }).catch(
    () => undefined,
  );
  const end = bytes?.subarray(0, LEFT_MAX_BYTES).indexOf(NEWLINE) ?? -1;
  if (!bytes || end < 0) return undefined;
  const text = bytes.toString('utf8', 0, end);
  const said = readLeft(text);
  if (!said || !hasChange(said)) return said;
  const { patchBytes } = JSON.parse(text) as { patchBytes?: unknown };
  if (typeof patchBytes !== 'number') return undefined;
  const patch = bytes.subarray(end + 1, end + 1 + patchBytes);
  if (sha256(patch) !== said.patch) return undefined;
  const conversation = bytes.subarray(end + 1 + patchBytes);
  const isWhole = said.conversation !== undefined && sha256(conversation) === said.conversation;
  return { said, patch, ...(isWhole && { conversation }) };
}
