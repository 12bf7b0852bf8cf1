import { BgtaskError } from '../../../domain/errors.ts';
import { NoJson } from './http/answer.ts';
import { errorOfStatus } from './http/api-error.ts';
import { unreachable } from './http/network-error.ts';
import { isRecord } from '../../../api/record.ts';
import { type Json } from './config/json.ts';
import type { KubeClient } from './kube-client.ts';
import { linesOf } from './lines.ts';
import { pathOf, trimmed, type KubeObject, type ResourceType, type Selection } from './objects.ts';

export interface WatchOptions extends Selection {
  /** Tells the changes after this version. */
  resourceVersion: string;
  /** After this many seconds the server ends the watch. */
  timeoutSeconds: number;
  /** The watch has stalled when it has not ended this many ms after it should have; 30,000. */
  slackMs?: number;
  /**
   * After so many ms without an event the watch is over, as if the API server had ended it; 120,000. API servers send a bookmark each minute, so silence
   * means that a proxy or a load balancer cut the connection without notice, or that there is nothing to send: then a new watch costs one request.
   */
  silenceMs?: number;
  signal: AbortSignal;
}

/** A bookmark's object has a resourceVersion and nothing else worth reading. */
export interface StreamEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

const TYPES: ReadonlySet<unknown> = new Set<StreamEvent<unknown>['type']>([
  'ADDED',
  'MODIFIED',
  'DELETED',
  'BOOKMARK',
]);
const SLACK_MS = 30_000;
const SILENCE_MS = 120_000;

/**
 * The events of one watch, until the server ends it or falls silent. Rejects with an ApiError for an ERROR event (see isExpired), and
 * with Unavailable when the connection breaks, sends something else, or outlives its time. Reads no further than it is asked.
 */
export async function* watchStream<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  options: WatchOptions,
): AsyncGenerator<StreamEvent<T>, void> {
  const {
    namespace,
    labelSelector,
    fieldSelector,
    resourceVersion,
    timeoutSeconds,
    slackMs = SLACK_MS,
    silenceMs = SILENCE_MS,
  } = options;
  const query = {
    labelSelector,
    fieldSelector,
    resourceVersion,
    timeoutSeconds,
    watch: true,
    allowWatchBookmarks: true,
  };
  const response = await client.stream({ path: pathOf(type, { namespace }), query, signal: options.signal });
  const ms = timeoutSeconds * 1000 + slackMs;
  const stalled = setTimeout(() => response.destroy(new Error('the watch stalled')), ms);
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    response.destroy();
  }, silenceMs).unref();
  // Also when the signal ended it while its reader is busy elsewhere.
  response.once('close', () => clearTimeout(stalled));
  try {
    for await (const line of linesOf(response)) {
      silence.refresh();
      yield eventOf<T>(line);
    }
  } catch (error) {
    if (options.signal.aborted || isSilent) return;
    throw error instanceof BgtaskError ? error : unreachable(error, client.place);
  } finally {
    clearTimeout(silence);
    response.destroy();
  }
}

function eventOf<T extends KubeObject>(line: string): StreamEvent<T> {
  const event = parsed(line);
  if (event.type === 'ERROR') throw errorOfStatus(event.object, { status: 500, message: 'the watch failed' });
  if (!TYPES.has(event.type))
    throw new NoJson(`the watch sent an event of the unknown type ${String(event.type)}`);
  return { type: event.type as StreamEvent<T>['type'], object: trimmed(event.object) as T };
}

function parsed(line: string): Json {
  try {
    const event: unknown = JSON.parse(line);
    if (isRecord(event)) return event;
  } catch {
    // Said below, with what came.
  }
  throw new NoJson(`a line of the watch is not an event: ${JSON.stringify(line.slice(0, 80))}`);
}
