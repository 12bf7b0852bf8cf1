/** A line of a diff by what it does. */
type DiffLine = readonly [kind: 'added' | 'removed' | 'place' | 'same', text: string];

/** What a diff does to one file. */
export interface FileDiff {
  /** Its name after the change; that before it where the file is removed. */
  name: string;
  /** What became of it besides its lines: `new`, `removed`, `renamed from …`, `binary`, `mode 100644 → 100755`. */
  notes: string[];
  added: number;
  removed: number;
  lines: DiffLine[];
}

/** A diff as a page shows it. */
export interface Diff {
  files: FileDiff[];
  /** Lines that are not shown. */
  left: number;
}

/** Lines that a page shows: more make it slow. */
const SHOWN = 5000;
/** Characters of a line that are shown. */
const LINE_MAX = 2000;

const NOTES: readonly (readonly [pattern: RegExp, note: (match: RegExpExecArray) => string])[] = [
  [/^new file mode (\d+)$/, () => 'new'],
  [/^deleted file mode \d+$/, () => 'removed'],
  [/^rename from (.*)$/, ([, from = '']) => `renamed from ${from}`],
  [/^new mode (\d+)$/, ([, mode = '']) => `mode ${mode}`],
  [/^(?:GIT binary patch|Binary files .*)$/, () => 'binary'],
];

/** `+++ b/name`, without the prefix and git's quotes. */
const nameOf = (text: string): string | undefined => {
  const name = text
    .replace(/^(?:---|\+\+\+) /, '')
    .replace(/^"(.*)"$/, '$1')
    .replace(/\t$/, '');
  return name === '/dev/null' ? undefined : name.replace(/^[ab]\//, '');
};

/** The name in `diff --git a/x b/x`, which alone names files without lines. */
const headName = (line: string): string => {
  const both = line.slice('diff --git '.length);
  return nameOf(both.slice(both.length / 2 + 0.5)) ?? both;
};

const KIND: Readonly<Record<string, DiffLine[0]>> = { '+': 'added', '-': 'removed', '@': 'place' };

/** Reads a patch as git writes it: data of an untrusted place, shown as text. Takes linear time. */
export function readDiff(patch: string): Diff {
  const files: FileDiff[] = [];
  const count = { shown: 0, left: 0 };
  let isInLines = false;
  for (const line of patch.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('diff --git ')) {
      files.push({ name: headName(line), notes: [], added: 0, removed: 0, lines: [] });
      isInLines = false;
      continue;
    }
    const file = files.at(-1);
    if (!file) continue;
    isInLines ||= line.startsWith('@@ ');
    if (isInLines) readLine(line, file, count);
    else readHead(line, file);
  }
  return { files, left: count.left };
}

function readLine(line: string, file: FileDiff, count: { shown: number; left: number }): void {
  const kind = KIND[line[0] ?? ''] ?? 'same';
  if (kind === 'added' || kind === 'removed') file[kind] += 1;
  if (count.shown >= SHOWN) count.left += 1;
  else {
    count.shown += 1;
    file.lines.push([kind, line.slice(0, LINE_MAX)]);
  }
}

function readHead(line: string, file: FileDiff): void {
  if (/^(?:---|\+\+\+) /.test(line)) file.name = nameOf(line) ?? file.name;
  file.name = /^rename to (.*)$/.exec(line)?.[1] ?? file.name;
  for (const [pattern, note] of NOTES) {
    const match = pattern.exec(line);
    if (match) file.notes.push(note(match));
  }
}
