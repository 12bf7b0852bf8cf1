import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  hasChange,
  KEPT_MAX,
  type LeftChange,
  LEFT_MAX_BYTES,
  type NothingLeft,
  readLeft,
} from '../domain/kept-change.ts';

/** Bytes that a payload unpacks to at most: what it says, the patch and the conversation. */
const UNPACKED_MAX = LEFT_MAX_BYTES + KEPT_MAX.patch + KEPT_MAX.conversation;
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

/** The payload of a stage that has no change to keep, compressed. */
export const packNothing = (said: NothingLeft): Promise<Buffer> =>
  promisify(gzip)(Buffer.from(`${JSON.stringify(said)}\n`));

/**
 * Unpacks what a stage handed over: data from an untrusted place, bounded and compared with its digests. A conversation that is not what its
 * digest says is left out. Undefined for bytes that are not a whole payload.
 */
export async function unpackChange(packed: Uint8Array): Promise<ChangePayload | NothingLeft | undefined> {
  const bytes = await promisify(gunzip)(packed, { maxOutputLength: UNPACKED_MAX }).catch(() => undefined);
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
