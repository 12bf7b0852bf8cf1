/** Far above what the API server stores (1.5 MB), below what would hurt. */
const MAX_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The lines of a byte stream, wherever its chunks are cut. Drops a last line without a newline. Rejects for a line of over 64 MB. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let begun: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end);
      const line = begun.length > 0 ? Buffer.concat([...begun, rest]) : rest;
      begun = [];
      size = 0;
      from = end + 1;
      if (line.length > 0) yield line.toString('utf8');
    }
    if (from === chunk.length) continue;
    begun.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > MAX_BYTES) throw new Error(`a line of over ${MAX_BYTES} bytes`);
  }
}
