import { isFailingLine } from './failing-lines.ts';
import { eachLine, withoutFolders } from './lines.ts';

/** Most lines of one output that are compared. */
const MAX_LINES = 5000;
const MAX_LENGTH = 500;
/** Repetitions of one line that are told apart. */
const MAX_REPEATS = 100;

/** What differs between two runs that found the same, and what stands for it. Each pattern is scanned in linear time. */
const CHANGING: [RegExp, string][] = [
  [/(?<![\w.@:/-])(?:file:\/\/)?\/(?:[\w.@+-]{1,255}\/){1,60}/g, ''],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g, 'TIME'],
  [/\b\d[\d.,]*\s?(?:ns|µs|ms|s|sec|secs|seconds?|minutes?|min|m)\b/gu, 'DURATION'],
  [/\b0x[0-9a-f]+\b/gi, 'ID'],
  [/\b(?=[0-9a-f-]{0,40}\d)[0-9a-f]{7,64}(?:-[0-9a-f]{4,12}){0,4}\b/gi, 'ID'],
  [/\b\d+(?:[.,]\d+)*\b/g, 'N'],
  [/\s+/g, ' '],
];

/** A line without what differs from run to run: numbers, ids, durations, folders. Names of rules (`TS2322`, `E0308`) stay. */
function normalized(line: string): string {
  let text = line.slice(0, MAX_LENGTH);
  for (const [pattern, instead] of CHANGING) text = text.replace(pattern, instead);
  return text.trim();
}

/** A finding under the name of its file, as eslint and its like print them. */
const FINDING = /^\s+\d+:\d+\s/;
const FILE = /^(?:\.{0,2}\/)?[^\s:]{1,300}\.\w{1,12}$/;

/** A set in which the second line of the same text is told from the first: one more finding of a kind is a new one. */
class LineSet {
  readonly set = new Set<string>();
  readonly #counts = new Map<string, number>();

  add(line: string): void {
    if (!line || this.set.size >= MAX_LINES) return;
    const count = Math.min((this.#counts.get(line) ?? 0) + 1, MAX_REPEATS);
    this.#counts.set(line, count);
    this.set.add(count === 1 ? line : `${line} (${count})`);
  }
}

/**
 * The failing lines of an output, normalized so that two runs that find the same give the same set; for checks that name no tests (linters, type checkers, scripts).
 * A line of the change that the base does not have is a new failure. A line that comes twice is there twice, as `line` and `line (2)`. At most 5,000 lines.
 * @param folders where the checkout stood, as it is printed; absolute paths lose their folders anyway.
 */
export function normalizedFailures(
  output: string | Iterable<string>,
  folders: readonly string[] = [],
): Set<string> {
  const lines = new LineSet();
  let file = '';
  for (const raw of eachLine(output)) {
    const line = withoutFolders(raw, folders);
    if (FILE.test(line)) file = line;
    else if (isFailingLine(line)) lines.add(normalized(FINDING.test(line) ? `${file}: ${line}` : line));
  }
  return lines.set;
}

/** Every line of an output, normalized alike: for checks that fail without a line that looks like it. At most 5,000 lines. */
export function normalizedLines(
  output: string | Iterable<string>,
  folders: readonly string[] = [],
): Set<string> {
  const lines = new LineSet();
  for (const line of eachLine(output)) lines.add(normalized(withoutFolders(line, folders)));
  return lines.set;
}
