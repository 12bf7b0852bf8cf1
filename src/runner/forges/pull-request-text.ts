import { clip } from '../../domain/text.ts';

/** GitHub's limits of a pull request, in characters. It counts code points; UTF-16 units are never fewer. */
const TITLE_MAX = 256;
const BODY_MAX = 65_536;

const MARKER = `_The rest is cut: a description has at most ${BODY_MAX.toLocaleString('en')} characters. The task's log has all of it._`;

/** A title on one line, short enough for GitHub. */
export const fitTitle = (title: string): string => clip(title.replace(/\s+/g, ' ').trim(), TITLE_MAX);

/** A body short enough for GitHub: cut at the end of a line, with an open code block closed and a sentence that says so. */
export function fitBody(body: string): string {
  if (body.length <= BODY_MAX) return body;
  const head = clip(body, BODY_MAX - MARKER.length - 100);
  const line = head.lastIndexOf('\n');
  // A text of one endless line is cut in the line.
  const kept = line > head.length / 2 ? head.slice(0, line) : head;
  const fence = openFence(kept);
  return `${kept}${fence ? `\n${fence}` : ''}\n\n${MARKER}`;
}

/** The fence of a code block that the text leaves open (CommonMark: closed by the same character, at least as many). */
function openFence(markdown: string): string | undefined {
  let open: string | undefined;
  for (const line of markdown.split('\n')) {
    const [, fence, rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (!fence) continue;
    if (!open) open = fence.length <= 64 ? fence : undefined;
    else if (fence.startsWith(open) && rest.trim() === '') open = undefined;
  }
  return open;
}
