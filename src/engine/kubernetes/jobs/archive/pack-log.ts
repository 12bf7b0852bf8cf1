import { once } from 'node:events';
import { createGzip } from 'node:zlib';

/** A log that can be read as often as it takes. */
export type LogText = () => AsyncIterable<Buffer>;

/** How often a log is cut shorter and packed again. */
const ATTEMPTS = 5;

/** A log compressed, whole or without its middle, so that it comes to at most `max` bytes. */
export async function packed(text: LogText, max: number): Promise<Buffer> {
  let size = 0;
  for await (const bytes of text()) size += bytes.length;
  let keep = size;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { bytes, consumed } = await gzip(keep < size ? shortened(text(), size, keep) : text(), max);
    if (bytes) return bytes;
    // By what this text is known to shrink to; half of that when it shrank less towards its end.
    keep = Math.floor((Math.min(consumed, keep) * 0.9) / 2 ** (attempt - 1));
  }
  // Compression makes nothing much larger.
  const { bytes } = await gzip(shortened(text(), size, Math.floor(max * 0.9)), max * 2);
  return bytes ?? Buffer.alloc(0);
}

/** The beginning and the end of a text of `size` bytes, `keep` bytes together, and a line for the rest. */
async function* shortened(text: AsyncIterable<Buffer>, size: number, keep: number): AsyncGenerator<Buffer> {
  const head = Math.floor(keep / 2);
  const tail = size - (keep - head);
  let at = 0;
  for await (const chunk of text) {
    const from = at;
    at += chunk.length;
    if (from < head) yield chunk.subarray(0, Math.min(chunk.length, head - from));
    if (from < tail && at >= tail) yield Buffer.from(`\n[${tail - head} bytes of log left out here]\n`);
    if (at > tail) yield chunk.subarray(Math.max(0, tail - from));
  }
}

/** Text compressed, or nothing when it came to more than `max` bytes; `consumed` says after how many bytes of text. */
async function gzip(text: AsyncIterable<Buffer>, max: number): Promise<{ bytes?: Buffer; consumed: number }> {
  const stream = createGzip();
  const parts: Buffer[] = [];
  let size = 0;
  stream.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    size += bytes.length;
  });
  const ended = once(stream, 'end');
  let consumed = 0;
  for await (const bytes of text) {
    if (size > max) {
      stream.destroy();
      ended.catch(() => undefined);
      return { consumed };
    }
    consumed += bytes.length;
    if (!stream.write(bytes)) await once(stream, 'drain');
  }
  stream.end();
  await ended;
  return size > max ? { consumed } : { bytes: Buffer.concat(parts), consumed };
}
