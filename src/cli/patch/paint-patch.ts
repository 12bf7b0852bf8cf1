import { Chalk } from 'chalk';

const { bold, cyan, green, red } = new Chalk({ level: 1 });

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** Lines of the hunk that are still to come, of the file before and of the file after. */
interface Left {
  before: number;
  after: number;
}

function hunkLine(line: string, left: Left): string {
  const sign = line[0];
  if (sign !== '+' && sign !== '\\') left.before -= 1;
  if (sign !== '-' && sign !== '\\') left.after -= 1;
  return sign === '+' ? green(line) : sign === '-' ? red(line) : line;
}

/** A patch in git's colours. Its text must be safe for a terminal already. Counts the lines of each hunk: a removed line may look like a header. */
export function paintPatch(text: string): string {
  const left: Left = { before: 0, after: 0 };
  let binary = false;
  const paint = (line: string): string => {
    if (left.before > 0 || left.after > 0) return hunkLine(line, left);
    const hunk = HUNK.exec(line);
    if (hunk) {
      Object.assign(left, { before: Number(hunk[1] ?? 1), after: Number(hunk[2] ?? 1) });
      return `${cyan(hunk[0])}${line.slice(hunk[0].length)}`;
    }
    binary = line === 'GIT binary patch' || (binary && !line.startsWith('diff --git '));
    return binary || line === '' || line.startsWith('\\') ? line : bold(line);
  };
  return text.split('\n').map(paint).join('\n');
}
