/** Columns that a text takes at a terminal. */
export type Measure = (text: string) => number;

const ASCII = /^[ -~]*$/;

/** A measure fit for all of these texts. The library that knows East Asian and emoji widths is loaded only for texts that need it. */
export async function measureFor(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (!ASCII.test(text)) return (await import('string-width')).default;
  }
  return (text) => text.length;
}

/** A text of at most `max` columns, cut between graphemes; an ellipsis shows the cut. */
export function cutToWidth(text: string, max: number, measure: Measure): string {
  if (measure(text) <= max) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += measure(segment);
    if (used > max - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
