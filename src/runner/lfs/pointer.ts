/** One object of Git LFS, as a pointer names it. */
export interface Pointer {
  /** SHA-256 of the content, in hex. */
  oid: string;
  /** Bytes of the content. */
  size: number;
}

/** Bytes that a pointer file has less than (git-lfs/docs/spec.md). */
export const POINTER_MAX = 1024;

/** What every pointer begins with. */
const VERSION = 'version https://git-lfs.github.com/spec/v1\n';
const POINTER = /^oid sha256:([0-9a-f]{64})\nsize (0|[1-9]\d{0,14})\n?$/;

/** True for a text that begins as a pointer does, of whatever extensions. */
export const beginsAsPointer = (text: string): boolean => text.startsWith(VERSION);

/** Reads a pointer file; undefined for any other text, and for a pointer with extensions: those are programs. */
export function parsePointer(text: string): Pointer | undefined {
  if (!beginsAsPointer(text)) return undefined;
  const [, oid, size] = POINTER.exec(text.slice(VERSION.length)) ?? [];
  return oid === undefined ? undefined : { oid, size: Number(size) };
}

/** The text of a pointer file. For an empty file it is empty too, as the specification of Git LFS says. */
export const pointerText = ({ oid, size }: Pointer): string =>
  size === 0 ? '' : `${VERSION}oid sha256:${oid}\nsize ${size}\n`;
