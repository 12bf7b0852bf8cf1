/** One server-sent event. */
export interface ServerEvent {
  event: 'task' | 'deleted' | 'synced' | 'end';
  /** JSON, so without a line break. */
  data: string;
  /** What a client that comes back says it has seen. */
  id?: string;
}

/** Milliseconds after which a silent stream says that it is alive: proxies end what is silent for a minute. */
const HEARTBEAT = 15_000;

const textOf = ({ event, data, id }: ServerEvent): string =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;

/** Events as the text of an event stream (HTML Standard, 9.2), with a comment whenever none came for `heartbeatMs`. */
export async function* eventText(
  events: AsyncIterable<ServerEvent>,
  heartbeatMs = HEARTBEAT,
): AsyncGenerator<string, void> {
  const iterator = events[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const silence = (): Promise<undefined> =>
    new Promise((resolve) => {
      timer = setTimeout(() => resolve(undefined), heartbeatMs);
    });
  try {
    let coming = iterator.next();
    for (;;) {
      const come = await Promise.race([coming, silence()]);
      clearTimeout(timer);
      if (come?.done) return;
      yield come ? textOf(come.value) : ': alive\n\n';
      if (come) coming = iterator.next();
    }
  } finally {
    clearTimeout(timer);
    await iterator.return?.();
  }
}
