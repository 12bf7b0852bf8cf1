/** Pieces of text as pieces of whole lines: what is cut in two between pieces, escape sequences among it, is whole again. The last line may lack its end. */
export async function* wholeLines(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) yield text.slice(0, end);
    rest = text.slice(end);
  }
  if (rest) yield rest;
}
