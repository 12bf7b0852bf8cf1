import { eventLine, parseEventLine, type StageEvent } from '../../../domain/progress.ts';

/** How an event line begins. */
const PREFIX = eventLine({}).replace('{}', '');
/** UTF-16 units of an unfinished event line that are kept; a longer one is dropped whole. Events are some hundred. */
const EVENT_MAX = 16_384;

/** A line that no reader of a log shows: stands before each stage's part of an archived log. */
export const headerLine = (stage: string): string => `${PREFIX}stage ${stage}\n`;

/** What some bytes of a stage's output hold. */
export interface LogPiece {
  text: string;
  events: StageEvent[];
}

const mayBeEvent = (start: string): boolean =>
  start.length < PREFIX.length ? PREFIX.startsWith(start) : start.startsWith(PREFIX);

/**
 * Parts a stage's output, which comes in pieces of any size, into log and events. Holds back only what may become an event line, so a line
 * of megabytes, or one without an end, passes as it comes.
 */
export class LogText {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The beginning of a line that may be an event. */
  #held = '';
  /** What becomes of the rest of a line whose beginning has been dealt with. */
  #rest: 'shown' | 'dropped' | undefined;

  push(bytes: Uint8Array): LogPiece {
    return this.#part(this.#held + this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left when no more comes. */
  end(): LogPiece {
    const piece = this.#part(this.#held + this.#decoder.decode());
    const event = parseEventLine(this.#held);
    if (event) piece.events.push(event);
    else piece.text += this.#held;
    this.#held = '';
    return piece;
  }

  #part(input: string): LogPiece {
    const piece: LogPiece = { text: '', events: [] };
    this.#held = '';
    for (let from = 0; from < input.length;) {
      const newline = input.indexOf('\n', from);
      const to = newline < 0 ? input.length : newline + 1;
      this.#line(input.slice(from, to), newline >= 0, piece);
      from = to;
    }
    return piece;
  }

  /** One line, or the part of one that is there. */
  #line(line: string, whole: boolean, piece: LogPiece): void {
    if (this.#rest) {
      if (this.#rest === 'shown') piece.text += line;
      if (whole) this.#rest = undefined;
      return;
    }
    if (whole) {
      const event = parseEventLine(line);
      if (event) piece.events.push(event);
      else piece.text += line;
    } else if (!mayBeEvent(line)) {
      piece.text += line;
      this.#rest = 'shown';
    } else if (line.length > EVENT_MAX) this.#rest = 'dropped';
    else this.#held = line;
  }
}
