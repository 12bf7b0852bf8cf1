import { clip } from '../../domain/text.ts';

/** Characters of a test's name that are kept. */
const MAX_NAME = 300;

/** What differs between two runs of one test, and what stands for it. Each pattern is scanned in linear time. */
const CHANGING: [RegExp, string][] = [
  // Folders of this machine: the file's own name is what two checkouts share.
  [
    /(?<![\w.])(?:file:\/\/)?\/(?:private\/)?(?:tmp|var\/folders|home|Users|root|builds|workspace)\/(?:[^\s/:'"()]{1,255}\/){0,40}/g,
    '',
  ],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'UUID'],
  [/\b0x[0-9a-f]+\b/gi, '0x'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'TIME'],
  // Seconds and milliseconds since 1970, large process numbers.
  [/\b\d{10,}\b/g, 'N'],
];

/** A duration that runners print behind a name: `(12 ms)`, `[0.01s]`, `(1.5 seconds)`, `12ms`. */
const DURATION =
  /\s+(?:[([]\s?[\d.,]+\s?(?:ns|µs|μs|us|ms|s|m|min|secs?|seconds?)(?:\s[\d.]+(?:s|ms))?\s?[)\]]|[\d.,]+\s?(?:ns|µs|μs|ms|s))$/u;

/** A test's name without what differs from run to run: duration, folders of the machine, addresses, times; at most 300 characters. */
export function stableName(name: string): string {
  let text = clip(name.trim(), MAX_NAME * 2).replace(DURATION, '');
  for (const [pattern, instead] of CHANGING) text = text.replace(pattern, instead);
  return clip(text.replace(/\s+/g, ' ').trim(), MAX_NAME);
}
