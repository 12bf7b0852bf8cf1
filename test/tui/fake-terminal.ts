import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { Streams } from '../../src/tui/terminal.tsx';

const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** What hides and shows the cursor, and the newline that ends all in CI. */
const NO_FRAME = /^(?:\u001b\[\?25[lh])*\s*$/;

class Screen extends Writable {
  readonly isTTY = true;
  frames: string[] = [];
  columns: number;
  rows: number;
  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }
  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    if (!NO_FRAME.test(chunk)) {
      this.frames.push(chunk);
      this.emit('frame');
    }
    done();
  }
}

class Keyboard extends PassThrough {
  readonly isTTY = true;
  raw = false;
  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** A terminal of streams, which shows every frame whole: also in CI, where nothing is drawn on a real one. */
export class FakeTerminal {
  readonly screen: Screen;
  readonly keyboard = new Keyboard();

  constructor(columns = 80, rows = 24) {
    this.screen = new Screen(columns, rows);
  }

  get streams(): Streams {
    return {
      stdin: this.keyboard as unknown as NodeJS.ReadStream,
      stdout: this.screen as unknown as NodeJS.WriteStream,
      whole: true,
    };
  }

  /** The last frame, without colours and without the spaces that end a line. */
  get frame(): string {
    const last = this.screen.frames.at(-1) ?? '';
    return `${last.replace(ESCAPES, '').replace(/ +$/gm, '').trimEnd()}\n`;
  }

  /** Waits for a frame with words that match. */
  async until(words: RegExp): Promise<void> {
    while (!words.test(this.frame)) await once(this.screen, 'frame');
  }

  type(keys: string): void {
    this.keyboard.write(keys);
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.screen, { columns, rows });
    this.screen.emit('resize');
  }
}
