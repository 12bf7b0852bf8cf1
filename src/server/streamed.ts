import type { Context } from 'hono';
import type { ServerEnv } from './env.ts';

/** Begins to read, so that what fails at once is refused with its own status. */
async function begun<T>(pieces: AsyncIterable<T>): Promise<AsyncGenerator<T, void>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** What fails when the status is out already can only be told by the connection's end, and to the administrator of the server. */
async function* bytes(
  pieces: AsyncIterable<string>,
  failed: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  try {
    for await (const piece of pieces) yield encoder.encode(piece);
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** An answer of text that goes out as it comes, no faster than the caller reads. With `live` the headers go out before there is anything to say. */
export async function streamed(
  context: Context<ServerEnv>,
  pieces: AsyncIterable<string>,
  options: { type: string; live: boolean },
): Promise<Response> {
  const { failed } = context.var;
  const source = options.live ? pieces : await begun(pieces);
  return context.body(ReadableStream.from(bytes(source, failed)), 200, {
    'Content-Type': options.type,
    'Cache-Control': 'no-store',
    // nginx would collect it first.
    'X-Accel-Buffering': 'no',
  });
}
