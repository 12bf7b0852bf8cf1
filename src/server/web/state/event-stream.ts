import { createParser } from 'eventsource-parser';

/** One server-sent event. */
export interface StreamEvent {
  event: string;
  data: string;
  id?: string;
}

/** Reads an event stream (HTML Standard, 9.2) that arrives in pieces; comments and events without data are skipped. */
export class EventReader {
  #whole: StreamEvent[] = [];
  readonly #parser = createParser({
    onEvent: ({ event = 'message', data, id }) =>
      this.#whole.push({ event, data, ...(id !== undefined && { id }) }),
  });

  /** The events that are whole with this piece. */
  read(piece: string): StreamEvent[] {
    this.#parser.feed(piece);
    return this.#whole.splice(0);
  }
}
