import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import type { Tokens, UsageReader } from './tokens.ts';

/** Characters of an answer, or of one of its events, that are read for its tokens: the longest answer (128 Ki tokens) fits in, as JSON. */
const READ_MAX = 16 * 1024 * 1024;

/** Takes an answer as it passes. */
export interface AnswerCounter {
  push(chunk: Buffer): void;
  /** The answer is complete. */
  end(): void;
}

const noCounter: AnswerCounter = { push: () => undefined, end: () => undefined };

/** Reads the tokens of an answer of this content type: a stream of events, or one JSON text. Anything else tells none. */
export function answerCounter(
  contentType: string | undefined,
  read: UsageReader,
  count: (tokens: Tokens) => void,
): AnswerCounter {
  const take = (text: string): void => {
    // Most events are parts of a text.
    if (!text.includes('"usage')) return;
    const tokens = read(parsed(text));
    if (tokens) count(tokens);
  };
  const decoder = new StringDecoder('utf8');
  if (/^text\/event-stream\b/i.test(contentType ?? '')) {
    const parser = createParser({ onEvent: ({ data }) => take(data), maxBufferSize: READ_MAX });
    return {
      push: (chunk) => feed(parser, decoder.write(chunk)),
      end: () => parser.reset({ consume: true }),
    };
  }
  if (!/^application\/json\b/i.test(contentType ?? '')) return noCounter;
  let text = '';
  return {
    push(chunk) {
      if (text.length <= READ_MAX) text += decoder.write(chunk);
    },
    end: () => take(text),
  };
}

/** A parser that met an event which is too long takes no more: the answer passes all the same. */
function feed(parser: ReturnType<typeof createParser>, text: string): void {
  try {
    parser.feed(text);
  } catch {
    parser.reset();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
