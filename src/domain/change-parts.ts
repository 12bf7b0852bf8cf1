/** A piece of a change that a work stage hands over on its output: in a pod it shares no file with what outlives it. */
export interface ChangePart {
  /** Tells the pieces of one change from those of the next. */
  id: string;
  /** From 1 to `of`. */
  part: number;
  of: number;
  /** Base64. */
  data: string;
}

/** Bytes of one piece: a runtime cuts lines at 16 KiB (CRI), and base64 takes a third more. */
const PART_BYTES = 9000;
/** Bytes of a whole change, compressed: as much as four ConfigMaps hold, and a kubelet rotates a container's log at 10 MiB. */
export const CHANGE_MAX = 3_600_000;

const PARTS_MAX = Math.ceil(CHANGE_MAX / PART_BYTES);
const ID = /^[0-9a-f]{8}$/;
const BASE64 = /^[A-Za-z0-9+/]{1,12000}={0,2}$/;

/** Bytes in pieces, in order. */
export function changeParts(id: string, bytes: Uint8Array): ChangePart[] {
  const of = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: of }, (_, at) => {
    const piece = bytes.subarray(at * PART_BYTES, (at + 1) * PART_BYTES);
    return { id, part: at + 1, of, data: Buffer.from(piece).toString('base64') };
  });
}

const isWithin = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** A piece as an untrusted stage wrote it; undefined for anything else. */
export function changePart(raw: unknown): ChangePart | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { id, part, of, data } = raw as Record<string, unknown>;
  return typeof id === 'string' &&
    ID.test(id) &&
    isWithin(of, PARTS_MAX) &&
    isWithin(part, of) &&
    typeof data === 'string' &&
    BASE64.test(data)
    ? { id, part, of, data }
    : undefined;
}
