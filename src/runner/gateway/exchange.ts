import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answerCounter } from './answer-counter.ts';
import { answerHeaders } from './credential.ts';
import type { Target } from './endpoints.ts';
import type { TokenMeter } from './token-meter.ts';
import type { UsageReader } from './tokens.ts';
import type { Upstream } from './upstream.ts';

/** Bytes of a request's body: the Messages API takes 32 MB, OpenAI's files of 50 MB, Gemini's parts of 20 MB; as base64 within JSON these are larger. */
export const BODY_BYTES = 64 * 1024 * 1024;

/** A request's body is longer than BODY_BYTES. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
  /** With the key. */
  headers: Parameters<Upstream['begin']>[2];
  upstream: Upstream;
  readUsage: UsageReader;
  meter: TokenMeter;
  /** Bytes that the request's body may have. */
  bodyBytes: number;
  log: (line: string) => void;
  /** The provider began to answer. */
  onAnswer: () => void;
}

/** Passes at most so many bytes. */
function limited(most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(bytes > most ? new TooLargeError() : null, chunk);
    },
  });
}

/** Lets bytes pass and shows each part first. */
function shown(look: { push(chunk: Buffer): void; end(): void }): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      look.push(chunk);
      done(null, chunk);
    },
    flush(done) {
      look.end();
      done();
    },
  });
}

/**
 * Passes one request to the provider and its answer back, both as they come, and counts the tokens of the answer. When one side goes away, the other is told.
 * Rejects when the provider cannot be reached, or with TooLargeError where its body is too long, before anything was answered.
 */
export async function exchange(options: Exchange): Promise<void> {
  const { request, response, target, headers, upstream, readUsage, meter, log } = options;
  const onward = upstream.begin(request.method ?? '', target, headers);
  // The program goes away: so does the request, and with it what the provider still writes.
  response.once('close', () => onward.destroy());
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
  const sent = pipeline(request, limited(options.bodyBytes), onward);
  // A provider may answer before it has read everything.
  const [answer] = await Promise.race([answered, sent.then(() => answered)]);
  options.onAnswer();
  sent.catch(() => undefined);
  response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers));
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    log(
      'The model API compresses its answers, though it was asked not to: the gateway cannot count their tokens.',
    );
  const counter = answerCounter(answer.headers['content-type'], readUsage, meter.answer());
  await pipeline(answer, shown(counter), response).catch(() => response.destroy());
}
