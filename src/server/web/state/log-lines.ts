/** A log as far as it has come, in blocks that do not change once they are full: so a long one is cheap to draw. */
export interface LogLines {
  blocks: readonly string[];
  /** The block that still grows. */
  last: string;
  /** Lines of it. */
  lines: number;
  /** True when older blocks were let go. */
  cut: boolean;
}

export const EMPTY_LOG: LogLines = { blocks: [], last: '', lines: 0, cut: false };

/** Lines of a block, blocks that are kept, and characters after which a block is full whatever its lines. */
const BLOCK = 100;
const KEPT = 50;
const BLOCK_CHARS = 65_536;

const lineBreaks = (text: string): number => text.split('\n').length - 1;

/** The log with what came next. */
export function appendLog(log: LogLines, text: string): LogLines {
  if (text === '') return log;
  const blocks = [...log.blocks];
  let { last, lines } = log;
  for (const line of text.split(/(?<=\n)/)) {
    last += line;
    lines += lineBreaks(line);
    if (lines < BLOCK && last.length < BLOCK_CHARS) continue;
    blocks.push(last);
    last = '';
    lines = 0;
  }
  const dropped = Math.max(0, blocks.length - KEPT);
  return { blocks: blocks.slice(dropped), last, lines, cut: log.cut || dropped > 0 };
}

/** The whole of what is kept, as text. */
export const logText = ({ blocks, last }: LogLines): string => blocks.join('') + last;
