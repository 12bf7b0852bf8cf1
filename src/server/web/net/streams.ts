import { EventReader, type StreamEvent } from '../state/event-stream.ts';

/** Milliseconds of silence after which a stream counts as dead: the server says something every 15 s. */
const SILENCE = 45_000;

/** The text of an answer as it comes. With `silence` it throws when nothing came for so many ms. */
export async function* textOf(response: Response, silence?: number): AsyncGenerator<string, void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await withLimit(reader.read(), silence);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function withLimit<T>(promise: Promise<T>, ms?: number): Promise<T> {
  if (ms === undefined) return promise;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The events of an answer as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent, void> {
  const reader = new EventReader();
  for await (const text of textOf(response, SILENCE)) yield* reader.read(text);
}
