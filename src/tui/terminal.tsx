import { Writable } from 'node:stream';
import chalk from 'chalk';
import { render, useInput } from 'ink';
import type { ReactNode } from 'react';
import { type Key, keysOf } from './state/key.ts';
import type { Size } from './state/lines.ts';

/** The two ends of a terminal. */
export interface Streams {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** Writes every frame whole and at once, for tests that read the frames. */
  whole?: boolean;
}

export interface TerminalOptions extends Streams {
  color: boolean;
  onKey: (key: Key) => void;
  /** Draws what fits the new size. */
  onResize: (size: Size) => void;
  /** Called when nothing can be drawn any more. */
  onError: (error: unknown) => void;
}

/** A terminal that is drawn on. */
export interface Terminal {
  readonly size: Size;
  draw(node: ReactNode): void;
  /** Leaves the last frame where it is, the cursor below it and the terminal as it was. */
  close(): Promise<void>;
}

/** For a terminal that does not say its size. */
const USUAL: Size = { columns: 80, rows: 24 };
const CLEAR = '\u001b[2J\u001b[H';

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): Size => ({
  columns: columns || USUAL.columns,
  rows: rows || USUAL.rows,
});

/**
 * What Ink writes to: a terminal that does not tell its rows. A frame that is as high as the terminal makes Ink wipe the whole of it, and what was
 * there before; ours are never that high but while it shrinks.
 */
class Sheet extends Writable {
  readonly isTTY = true;
  readonly #stdout: NodeJS.WriteStream;
  constructor(stdout: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.#stdout = stdout;
  }
  get columns(): number {
    return sizeOf(this.#stdout).columns;
  }
  override _write(chunk: string | Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stdout.write(chunk, done);
  }
}

function Keys({ onKey, children }: { onKey: (key: Key) => void; children: ReactNode }) {
  useInput((input, flags) => {
    for (const key of keysOf(input, flags)) onKey(key);
  });
  return children;
}

/** Takes a terminal until it is closed: keys come one by one and unseen, the cursor is hidden. */
export function openTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, onKey } = options;
  chalk.level = options.color ? 1 : 0;
  const sheet = new Sheet(stdout);
  const stream = sheet as unknown as NodeJS.WriteStream;
  const settings = { stdout: stream, stdin, exitOnCtrlC: false, patchConsole: false, debug: options.whole };
  const withKeys = (node: ReactNode): ReactNode => <Keys onKey={onKey}>{node}</Keys>;
  const ink = render(withKeys(null), settings);
  const ended = ink.waitUntilExit().catch(options.onError);
  let { columns } = sizeOf(stdout);
  const resized = (): void => {
    const size = sizeOf(stdout);
    // A narrower terminal wraps the lines of the last frame, so their position is unknown.
    if (size.columns < columns && !options.whole) stdout.write(CLEAR);
    columns = size.columns;
    options.onResize(size);
    sheet.emit('resize');
  };
  stdout.on('resize', resized);
  return {
    get size() {
      return sizeOf(stdout);
    },
    draw: (node) => ink.rerender(withKeys(node)),
    close: async () => {
      stdout.off('resize', resized);
      ink.unmount();
      await ended;
    },
  };
}
