import { StringDecoder } from 'node:string_decoder';
import { plainText } from '../domain/text.ts';

/** Ends a line of which only the beginning was kept. */
export const CUT_MARK = ' … [the rest of this line was cut]';

/** Cuts one stream of bytes into lines; a line longer than the bound comes as its beginning and CUT_MARK. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands over a last line without a newline. */
  end(): void;
}

/**
 * @param maxLine characters of a line that are kept; never more than that and one chunk is held.
 * @param onLine gets each line without its `\n` or `\r\n`. Bytes that are not UTF-8 become U+FFFD.
 */
export function splitLines(maxLine: number, onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let cut = false;
  const keep = (text: string): void => {
    const room = maxLine - pending.length;
    if (text.length > room) cut = true;
    pending += text.slice(0, room);
  };
  const flush = (): void => {
    const line = pending.endsWith('\r') && !cut ? pending.slice(0, -1) : pending;
    const marked = cut ? line.replace(/[\uD800-\uDBFF]$/, '') + CUT_MARK : line;
    pending = '';
    cut = false;
    onLine(marked);
  };
  const take = (text: string): void => {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      keep(text.slice(from, at));
      flush();
      from = at + 1;
    }
    if (from < text.length) keep(text.slice(from));
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (pending !== '' || cut) flush();
    },
  };
}

/** Remembers the last bytes of what was added, without terminal escapes. */
export interface Tail {
  addLine(line: string): void;
  /** At most the bound in UTF-8 bytes, beginning with a whole character. */
  text(): string;
}

export function keepTail(maxBytes: number): Tail {
  let kept = '';
  return {
    addLine(line) {
      kept += `${plainText(line)}\n`;
      // A character has at least one byte, so as many characters as bytes always suffice; twice saves most of the copying.
      if (kept.length > 2 * maxBytes) kept = kept.slice(-maxBytes);
    },
    text() {
      const bytes = Buffer.from(kept);
      if (bytes.length <= maxBytes) return kept;
      let from = bytes.length - maxBytes;
      while (((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
      return bytes.toString('utf8', from);
    },
  };
}
