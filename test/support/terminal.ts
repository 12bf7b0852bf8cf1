import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { execa } from 'execa';

/** util-linux' script(1): it runs a command on a terminal of its own and passes on what goes through it. */
const SCRIPT = '/usr/bin/script';

export interface TerminalOptions {
  columns: number;
  rows: number;
  env: Record<string, string>;
  cwd: string;
}

/** How the terminal was when the command had ended. */
export interface Left {
  code: number;
  /** What `stty -a` says. */
  settings: string;
}

const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** A command on a real terminal, with a user who reads and types. */
export class TerminalRun {
  /** All that came out, escape sequences and all. */
  raw = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #waiting: (() => void)[] = [];
  #seen = 0;
  #ended = false;

  constructor(command: string, { columns, rows, env, cwd }: TerminalOptions) {
    if (!existsSync(SCRIPT)) throw new Error(`${SCRIPT} is missing: install Debian's package bsdutils`);
    const line = `stty cols ${columns} rows ${rows}; echo "tty=$(tty)"; ${command}; echo "code=$?"; stty -a`;
    this.#child = spawn(SCRIPT, ['-qefc', line, '/dev/null'], { cwd, env, stdio: 'pipe' });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.raw += chunk.toString();
      this.#wake();
    });
    this.#closed = new Promise((resolve) =>
      this.#child.once('close', () => {
        this.#ended = true;
        resolve();
        this.#wake();
      }),
    );
  }

  /** What came out since the last words that were waited for, without escape sequences. */
  get text(): string {
    return this.raw.slice(this.#seen).replace(ESCAPES, '');
  }

  /** Waits until words that match have come; what came before them is seen. Fails when the command ends before. */
  async until(words: RegExp): Promise<string> {
    for (;;) {
      const found = words.exec(this.text)?.[0];
      if (found !== undefined) {
        this.#seen = this.raw.length;
        return found;
      }
      if (this.#ended) throw new Error(`${String(words)} never came:\n${this.text}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** As when a user drags the window's edge. */
  async resize(columns: number, rows: number): Promise<void> {
    const tty = /tty=(\S+)/.exec(this.raw)?.[1] ?? '';
    await execa('stty', ['-F', tty, 'cols', String(columns), 'rows', String(rows)]);
  }

  /** Waits for the command's end. */
  async left(): Promise<Left> {
    await this.#closed;
    const end = /code=(\d+)\r?\n([\s\S]*)$/.exec(this.raw);
    if (!end) throw new Error(`The command has not ended by itself:\n${this.raw}`);
    return { code: Number(end[1]), settings: end[2] ?? '' };
  }

  /** Closes the window. */
  close(): void {
    this.#child.kill('SIGHUP');
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
