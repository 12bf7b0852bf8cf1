/** One server-sent event. */
export interface StreamEvent {
  event: string;
  data: string;
  id?: string;
}

/** Reads an event stream (HTML Standard, 9.2) that arrives in pieces; a comment is nothing. */
export class EventReader {
  #rest = '';

  /** The events that are whole with this piece. */
  read(piece: string): StreamEvent[] {
    const blocks = (this.#rest + piece).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => eventOf(block) ?? []);
  }
}

function eventOf(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const name = line.slice(0, at);
    const value = line.slice(at + 1).replace(/^ /, '');
    const before = fields.get(name);
    fields.set(name, name === 'data' && before !== undefined ? `${before}\n${value}` : value);
  }
  const data = fields.get('data');
  const id = fields.get('id');
  if (data === undefined) return undefined;
  return { event: fields.get('event') ?? 'message', data, ...(id !== undefined && { id }) };
}
