/** One server-sent event, its data read. */
export interface ReadEvent {
  event: string;
  id?: string;
  data: Record<string, unknown>;
}

/** The events of a stream as they come; comments are `{ event: 'comment' }`. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent, void> {
  if (!response.body) throw new Error('the answer has no body');
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield eventOf(block);
  }
}

function eventOf(block: string): ReadEvent {
  if (block.startsWith(':')) return { event: 'comment', data: {} };
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  const { event = '', id, data = '{}' } = fields as Record<string, string | undefined>;
  return { event, ...(id !== undefined && { id }), data: JSON.parse(data) as Record<string, unknown> };
}
