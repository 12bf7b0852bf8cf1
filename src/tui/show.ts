import type { ReactNode } from 'react';
import type { Key } from './state/key.ts';
import type { Size } from './state/lines.ts';
import type { Stepped } from './state/task-view.ts';
import { openTerminal, type Streams, type Terminal } from './terminal.tsx';

type Common = { type: 'tick'; now: number } | { type: 'resized'; size: Size } | { type: 'key'; key: Key };

/** A view: how it begins, what events make of it, and how it is drawn. */
export interface Program<V, E, W> {
  start(size: Size, now: number): V;
  step(view: V, event: E | Common): Stepped<V, W>;
  screen(view: V): ReactNode;
  /** What stays in the terminal. */
  last(view: V): ReactNode;
}

export interface ShowOptions<W> extends Streams {
  color: boolean;
  now: () => Date;
  onWish: (wish: W) => void;
  onError: (error: unknown) => void;
}

/** Milliseconds between two frames at least: ten a second are enough for a person. */
const FRAME = 100;
/** Milliseconds between two looks at the clock. */
const TICK = 1000;

/** Runs a view on a terminal. */
export class Show<V, E, W> {
  view: V;
  readonly #program: Program<V, E, W>;
  readonly #options: ShowOptions<W>;
  readonly #terminal: Terminal;
  readonly #ticks: NodeJS.Timeout;
  #frame: NodeJS.Timeout | undefined;
  #drawn = -Infinity;
  #closed = false;

  constructor(program: Program<V, E, W>, options: ShowOptions<W>) {
    this.#program = program;
    this.#options = options;
    this.#terminal = openTerminal({
      ...options,
      onKey: (key) => this.send({ type: 'key', key }),
      onError: (error) => options.onError(error),
      onResize: (size) => {
        this.#step({ type: 'resized', size });
        this.#draw();
      },
    });
    this.view = program.start(this.#terminal.size, this.#now());
    this.#draw();
    this.#ticks = setInterval(() => this.send({ type: 'tick', now: this.#now() }), TICK);
  }

  /** What happened; the view is drawn when it is time for a frame. */
  send(event: E | Common): void {
    if (this.#closed) return;
    this.#step({ type: 'tick', now: this.#now() });
    this.#step(event);
    this.#frame ??= setTimeout(() => this.#draw(), Math.max(0, this.#drawn + FRAME - performance.now()));
  }

  /** Draws the last frame and gives the terminal back. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticks);
    this.#terminal.draw(this.#program.last(this.view));
    clearTimeout(this.#frame);
    await this.#terminal.close();
  }

  #now(): number {
    return this.#options.now().getTime();
  }

  #step(event: E | Common): void {
    const { view, wish } = this.#program.step(this.view, event);
    this.view = view;
    if (wish !== undefined) this.#options.onWish(wish);
  }

  #draw(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    this.#drawn = performance.now();
    this.#terminal.draw(this.#program.screen(this.view));
  }
}
